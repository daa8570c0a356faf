"""What flows, in bits per second: of each publication, and with fewer frames of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from statistics import median_low
from typing import TYPE_CHECKING, Final

from server.media.switching import EVERY, NONE

if TYPE_CHECKING:
    from server.media.publication import Publication

NEWEST: Final = 0.5
"""Weight of the last second in a source's bitrate."""

Figures = tuple[float, ...]
"""With each temporal layer as the highest one; the last is all of it."""


class Meter:
    """The bitrates of what flows, in bits per second, each over some seconds.

    Of three seconds the one in the middle counts: a key frame is no reason to leave a picture out.
    """

    def __init__(self) -> None:
        self._counted: dict[Publication, tuple[Figures, float]] = {}
        self._seconds: dict[Publication, tuple[Figures, ...]] = {}
        self._rates: dict[Publication, Figures] = {}

    def read(self, publications: Iterable[Publication], now: float) -> None:
        """Measure these; the others have no bitrate any more.

        A layer of which nothing has come keeps what it had: it may have been stopped, and will
        cost as much again.
        """
        counted, rates, seconds = self._counted, self._rates, self._seconds
        self._counted, self._rates, self._seconds = {}, {}, {}
        for each in publications:
            octets = _octets(each)
            self._counted[each] = octets, now
            earlier, before = counted.get(each, (octets, now))
            rate = rates.get(each)
            if now > before and (octets[-1] != earlier[-1] or each.layer == NONE):
                passed = now - before
                newest = tuple(8 * (o - e) / passed for o, e in zip(octets, earlier, strict=True))
                last = self._seconds[each] = (*seconds.get(each, ())[-2:], newest)
                middle = tuple(map(median_low, zip(*last, strict=True)))
                rate = middle if rate is None else _nearer(rate, middle)
            if rate is not None:
                self._rates[each] = rate

    def rate(self, publication: Publication | None) -> float:
        """Of one of them; 0 before it is known."""
        known = None if publication is None else self._rates.get(publication)
        return 0.0 if known is None else known[-1]

    def steps(self, publication: Publication) -> list[tuple[int, float]]:
        """Temporal limits of one of them and what each takes, the lowest first, the last is none.

        Key frames count for all of it alone: a line that lost one asks for the next, and their sum
        would say that not even the fewest frames have room. Empty before anything is known.
        """
        rates = self._rates.get(publication)
        if rates is None:
            return []
        layers = [layer for layer, octets in enumerate(publication.octets_of) if octets]
        return [*((layer, rates[layer]) for layer in layers[:-1]), (EVERY, rates[-1])]


def _octets(publication: Publication) -> Figures:
    """Counted so far, with each temporal layer as the highest one."""
    return (*list(accumulate(publication.octets_of))[:-1], publication.octets)


def _nearer(rates: Figures, newest: Figures) -> Figures:
    pairs = zip(rates, newest, strict=True)
    return tuple(rate + NEWEST * (new - rate) for rate, new in pairs)
