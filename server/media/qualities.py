"""What each picture may be sent as, by what flows of it. Pure.

All receivers of a source have the same to choose from, and it changes once a second: so it is put
together once, and anew where the source has other layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from server.media.allocation import Quality
from server.media.metering import Meter
from signaling.layers import ROWS

if TYPE_CHECKING:
    from server.media.publication import Publication, Source


class _Known(NamedTuple):
    layers: Sequence[Publication]
    publication: Publication | None
    qualities: tuple[Quality, ...]


class Qualities:
    """Of all pictures of a worker."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._known: dict[Source, _Known] = {}
        self._shapes: dict[Source, list[tuple[int, int, int]]] = {}
        self.changes = 0
        """How often there was another choice than before, bitrates aside."""

    def measured(self, sources: Iterable[Source]) -> None:
        """There are other bitrates than before; these sources flow."""
        self._known.clear()
        before, self._shapes = self._shapes, {each: _shape(self.of(each)) for each in sources}
        self.changes += self._shapes != before

    def of(self, source: Source) -> tuple[Quality, ...]:
        """What a picture may be sent as, from the least; nothing before any of it is known."""
        known = self._known.get(source)
        layers, publication = source.layers, source.publication
        if known is None or known.layers is not layers or known.publication is not publication:
            known = self._known[source] = _Known(layers, publication, self._made(source))
        return known.qualities

    def _made(self, source: Source) -> tuple[Quality, ...]:
        """Fewer frames are for whoever has not room for the smallest of it.

        A camera whose larger layers move in jerks shows less than a smaller one that does not.
        """
        last = len(source.layers) - 1
        rows = source.layers[last].section.rows or ROWS if source.layers else 1
        steps = (
            (max(each.layer, 0), step)
            for each in source.carried()
            for step in self._meter.steps(each)[0 if each.layer <= 0 else -1 :]
        )
        return tuple(
            Quality(
                layer=layer,
                temporal=temporal,
                height=rows >> (last - layer) if source.layers else 1,
                bitrate=rate,
            )
            for layer, (temporal, rate) in steps
            if rate > 0
        )


def _shape(qualities: tuple[Quality, ...]) -> list[tuple[int, int, int]]:
    return [(each.layer, each.temporal, each.height) for each in qualities]
