"""Lesson time, across restarts and machines (pure).

Lesson time is float seconds since the journal's first line. A running owner advances it by its
monotonic clock; after a restart it is anchored again by UTC; a device measures it by pings.
"""

from dataclasses import dataclass
from datetime import datetime

JOIN_PINGS = 5
"""A device measures its clock so often when it joins, one ping after the other's answer."""
KEPT_SECONDS = 60.0
"""Older measurements are forgotten: 100 ppm of drift make 6 ms of a minute."""
KEPT_SAMPLES = 64
"""More measurements are not kept; the oldest goes first."""


def stamp(seconds: float) -> float:
    """A time as journals and messages carry it: whole milliseconds, never below zero."""
    return max(0.0, round(float(seconds), 3))


def away_since(zero: str, utc: datetime, last: float) -> float:
    """Seconds between the journal's last line (lesson time) and the instant `utc`; never below 0.

    A wall clock that was set back in between must not run the lesson's time backwards.
    """
    return max(0.0, (utc - datetime.fromisoformat(zero)).total_seconds() - last)


@dataclass(frozen=True)
class Sample:
    """One answered ping; seconds."""

    sent: float
    """Device clock when the ping left."""
    received: float
    """Device clock when its answer came."""
    lesson: float
    """Lesson time when it was answered."""

    @property
    def round_trip(self) -> float:
        """How long the ping was under way, s."""
        return self.received - self.sent

    @property
    def offset(self) -> float:
        """Device clock minus lesson time, s; wrong by at most half the round trip."""
        return (self.sent + self.received) / 2 - self.lesson


class LessonClock:
    """Lesson time on a device: by the ping of the last minute with the smallest round trip.

    The less a ping waited on its way, the less it can be wrong (RFC 5905, 10). Holds at most
    `KEPT_SAMPLES` samples; the oldest goes first.
    """

    def __init__(self) -> None:
        self._samples: list[Sample] = []

    def add(self, sample: Sample) -> None:
        """Take one answered ping."""
        since = sample.received - KEPT_SECONDS
        kept = [one for one in self._samples if one.received >= since]
        self._samples = [*kept, sample][-KEPT_SAMPLES:]

    @property
    def best(self) -> Sample | None:
        """The sample to trust, the newest of equals; none before the first."""
        newest_first = reversed(self._samples)
        return min(newest_first, key=lambda one: one.round_trip, default=None)

    def at(self, device: float) -> float | None:
        """Lesson time at device time `device`; none before anything is known."""
        best = self.best
        return None if best is None else device - best.offset
