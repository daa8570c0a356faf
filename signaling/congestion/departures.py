"""What went to one receiver and when, until its feedback says what became of it. Pure.

The reference for the compiled pump, which keeps the same ring of flat records.
"""

from array import array
from typing import Final, NamedTuple

from signaling.congestion.wide_feedback import TICK, WideFeedback
from signaling.rtp.sequence import difference, extend

HISTORY: Final = 1024
"""Packets remembered: 1 s at 10 Mbit/s, 4 s of one picture and its sound. A power of two."""

_UNDER_WAY, _MISSING, _SETTLED = 0, 1, 2


class Fate(NamedTuple):
    """What feedback said of one packet."""

    sent: float
    """When it went out, seconds of our clock."""
    arrived: float | None
    """When it came, seconds since the first arrival we heard of; none: it is missing."""
    size: int
    """Octets of the datagram."""
    cluster: int
    """The probe it belonged to, 0 for none."""
    late: bool
    """Whether it was said to be missing before."""


class Departures:
    """The packets of one receiver by their transport-wide numbers.

    Bounded by `HISTORY`: a newer packet takes the place of the one that many before it, whose
    fate is then never learned. A packet is told as missing once and as arrived once.
    """

    def __init__(self) -> None:
        self._sent = array("d", bytes(8 * HISTORY))
        self._sizes = array("H", bytes(2 * HISTORY))
        self._clusters = array("H", bytes(2 * HISTORY))
        self._states = bytearray(HISTORY)
        self._next = 0
        self._ticks: int | None = None
        self._arrived = 0.0
        self.octets = 0
        """Sent since the beginning."""

    @property
    def next(self) -> int:
        """The number of the packet that is sent next, 16 bits."""
        return self._next & 0xFFFF

    def sent(self, at: float, size: int, cluster: int = 0) -> int:
        """Note a packet; its number on the transport, 16 bits."""
        place = self._next % HISTORY
        self._sent[place] = at
        self._sizes[place] = size
        self._clusters[place] = cluster
        self._states[place] = _UNDER_WAY
        self._next += 1
        self.octets += size
        return self._next - 1 & 0xFFFF

    def learned(self, feedback: WideFeedback) -> list[Fate]:
        """What a message tells that was not known yet, by number; nonsense tells nothing."""
        fates: list[Fate] = []
        index = extend(feedback.first, self._next)
        oldest = max(0, self._next - HISTORY)
        for number, ticks in enumerate(feedback.ticks, index):
            if not oldest <= number < self._next:
                if ticks is not None:
                    self._unwrapped(ticks)
                continue
            fate = self._fate(number % HISTORY, ticks)
            if fate is not None:
                fates.append(fate)
        return fates

    def gone(self, number: int) -> list[Fate]:
        """It is sent again as it was: missing if nothing was heard of it, and never heard of again.

        When the second one comes says nothing of the path.
        """
        index = extend(number, self._next)
        if not max(0, self._next - HISTORY) <= index < self._next:
            return []
        place = index % HISTORY
        before, self._states[place] = self._states[place], _SETTLED
        if before != _UNDER_WAY:
            return []
        return [Fate(self._sent[place], None, self._sizes[place], self._clusters[place], False)]

    def _fate(self, place: int, ticks: int | None) -> Fate | None:
        arrived = None if ticks is None else self._unwrapped(ticks)
        before = self._states[place]
        if before == _SETTLED or (before == _MISSING and arrived is None):
            return None
        self._states[place] = _MISSING if arrived is None else _SETTLED
        return Fate(
            self._sent[place],
            arrived,
            self._sizes[place],
            self._clusters[place],
            before == _MISSING,
        )

    def _unwrapped(self, ticks: int) -> float:
        """Seconds since the first arrival; the receiver's own clock wraps after 12 days."""
        if self._ticks is not None:
            self._arrived += difference(ticks, self._ticks) * TICK
        self._ticks = ticks
        return self._arrived
