"""Lesson time, across restarts and machines (pure).

Lesson time is float seconds since the journal's first line. A running owner advances it by its
monotonic clock; after a restart it is anchored again by UTC; a device measures it by pings.
"""

from dataclasses import dataclass
from datetime import datetime

JOIN_PINGS = 5
"""A device measures its clock so often when it joins."""
JOIN_SPACING = 0.2
"""Seconds between these."""
PING_SPACING = 30.0
"""Seconds between its later measurements."""
DRIFT = 1e-4
"""How far two clocks may drift apart, seconds a second: 100 ppm, twice a poor quartz."""
KEPT = 8
"""So many measurements are kept; the oldest is forgotten."""


def stamp(seconds: float) -> float:
    """A time as journals and messages carry it: whole milliseconds, never below zero."""
    return max(0.0, round(seconds, 3))


def away_since(zero: str, utc: datetime, last: float) -> float:
    """Seconds between the journal's last line (lesson time) and the instant `utc`; never below 0.

    A wall clock that was set back in between must not run the lesson's time backwards.
    """
    return max(0.0, (utc - datetime.fromisoformat(zero)).total_seconds() - last)


@dataclass(frozen=True)
class Measurement:
    """One ping that was answered."""

    at: float
    """Device clock when the answer came, s."""
    rtt: float
    """Round trip, s."""
    offset: float
    """Device clock minus lesson time, taken half-way, s."""

    def doubt(self, now: float) -> float:
        """How wrong the offset may be at device time `now`, s."""
        return self.rtt / 2 + DRIFT * (now - self.at)


class OffsetFilter:
    """What a device knows of lesson time: the best of its last `KEPT` measurements.

    The smallest round trip has the smallest error (RFC 5905, 10); a measurement ages by `DRIFT`.
    """

    def __init__(self) -> None:
        self._kept: list[Measurement] = []

    def add(self, sent: float, received: float, now: float) -> None:
        """A ping sent and answered at these device times; the answer said lesson time `now`."""
        if received < sent:
            return
        one = Measurement(received, received - sent, (sent + received) / 2 - now)
        self._kept = [*self._kept, one][-KEPT:]

    def best(self, now: float) -> Measurement | None:
        """The measurement to trust at device time `now`; none before the first."""
        return min(self._kept, key=lambda one: one.doubt(now), default=None)

    def lesson_time(self, now: float) -> float | None:
        """Lesson time at device time `now`."""
        best = self.best(now)
        return None if best is None else now - best.offset


def next_measurement(done: int, last: float) -> float:
    """When a device measures again, after `done` measurements, the last at device time `last`."""
    return last + (JOIN_SPACING if done < JOIN_PINGS else PING_SPACING)
