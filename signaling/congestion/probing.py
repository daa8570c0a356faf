"""When to try whether a path carries more, and how much more. Pure.

A server can't send a little more of a layer that has a fixed rate, so an estimate would stay where
the layers in use hold it. A probe is a short run of packets at a higher rate, media first, then
padding; how fast it arrives says what the path carries.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from signaling.congestion.path_input import Probed

FACTOR: Final = 2.0
"""Of the estimate: what is tried."""
NEED: Final = 1.2
"""Of what is wanted: a probe goes out while the estimate is less. More than `allocation.RISE`, for
an estimate between what is wanted and what lets anything rise would stay there for ever."""
ROOM: Final = 1.35
"""Of what is wanted: more is not tried. Of that `estimate.PROVEN` is still more than `NEED`."""
DURATION: Final = 0.04
"""Seconds of a probe at its rate: 200 ms of queue take one at five times what the path carries."""
PACKETS: Final = 8
"""Of a probe at least, so that neither a lost nor a late one decides it."""
OCTETS_LEAST: Final = 8 * 200
"""Of a probe."""
HEARD: Final = 4
"""Packets of it that must have come before it says anything."""
LASTED: Final = 0.4
"""Of its duration that these must have taken to leave: one portion of it says nothing."""
PAUSE_LEAST, PAUSE_MOST = 2.0, 5.0
"""Seconds from a probe that found nothing to the next; each such makes it half as long again."""
ANSWER: Final = 1.0
"""Seconds after which a probe of which nothing was heard found nothing."""
FOUND: Final = 0.7
"""Of the rate it was sent at: a probe that came so fast is followed by the next at once, as
libwebrtc's (`kRepeatedProbeMinPercentage`). Jitter alone makes less than all of it."""


class Cluster(NamedTuple):
    """One probe to be sent."""

    number: int
    """From 1, modulo 2**16 without 0; goes into the history with each of its packets."""
    rate: float
    """Bits per second at which it is to leave."""
    octets: int
    """How much of it."""

    @property
    def packet(self) -> int:
        """Octets of one of its packets at most."""
        return min(1200, self.octets // PACKETS)


def tells(probed: Probed) -> bool:
    """Whether enough of a probe came to tell how fast it did."""
    return probed.packets >= HEARD and probed.seconds >= LASTED * DURATION


class Probing:
    """The probes of one path, one at a time."""

    def __init__(self) -> None:
        self._number = 0
        self._pause = PAUSE_LEAST
        self._next = float("-inf")
        self._under_way: tuple[Cluster, float] | None = None

    def due(self, now: float, bitrate: float, wanted: float, calm: bool) -> Cluster | None:
        """The probe to send now, given the estimate, what would be sent if one could, and calm."""
        self._give_up(now)
        if self._under_way is not None or now < self._next or not calm:
            return None
        if bitrate >= NEED * wanted:
            return None
        rate = min(FACTOR * bitrate, ROOM * wanted)
        self._number = self._number % 0xFFFF + 1
        octets = max(OCTETS_LEAST, int(rate * DURATION / 8))
        cluster = Cluster(self._number, rate, octets)
        self._under_way = cluster, now
        return cluster

    def answered(self, probed: Probed, now: float) -> None:
        """Something was heard of a probe; of another than the last it is of no use."""
        if self._under_way is None or self._under_way[0].number != probed.cluster:
            return
        if not tells(probed):
            return
        # Lost packets slow both down alike, so this is the path's narrowness alone.
        self._finish(now, found=probed.arrived_rate >= FOUND * probed.sent_rate)

    def restart(self, now: float) -> None:
        """The path is another or back: try at once."""
        self._under_way, self._pause, self._next = None, PAUSE_LEAST, now

    def _give_up(self, now: float) -> None:
        if self._under_way is not None and now - self._under_way[1] > ANSWER:
            self._finish(now, found=False)

    def _finish(self, now: float, *, found: bool) -> None:
        self._under_way = None
        if found:
            self._pause, self._next = PAUSE_LEAST, now
            return
        self._next = now + self._pause
        self._pause = min(self._pause * 1.5, PAUSE_MOST)
