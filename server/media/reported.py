"""How much a receiver without transport-wide feedback gets: by its reports. Pure.

aiortc sends reports alone. Firefox sends transport-wide feedback, but was seen not to for VP9
(livekit/livekit pull request 3333), so a path of which feedback was agreed falls back to this
where none comes, too.
"""

from __future__ import annotations

from typing import Final

from signaling.congestion.estimate import BACK_OFF, GROWTH, LEAST, MOST
from signaling.congestion.loss_trend import LITTLE, MUCH, LossTrend

QUEUE: Final = 0.15
"""Seconds of round trip above the least: a queue that is too long."""
AHEAD: Final = 1.5
"""Of what is sent: an estimate that nothing was sent to prove goes no further."""
BAD: Final = 2
"""Seconds one after another with much lost or a queue that the path is too narrow from."""
CALM: Final = 5.0
"""Seconds in which the effect of sending less is awaited: a second of queue drains slowly."""
TRIED_LEAST, TRIED_MOST = 10.0, 60.0
"""Seconds of less until all is tried again; each time that fails makes it twice as long."""
GOOD: Final = 60.0
"""Seconds without less after which the next time is the first again."""
_AHEAD_LEAST: Final = 50_000.0


class Reported:
    """What one receiver may get by its reports.

    No probe would ever find more than a little above what is sent. So it gets all until loss or a
    queue say that this is too much, then what the reports let believe, and after a while all again.
    """

    def __init__(self, now: float) -> None:
        self.bitrate = MOST
        """Bits per second."""
        self.losses = LossTrend()
        """By the reports."""
        self._least_trip: float | None = None
        self._stepped = now
        self._bad = 0
        self._calm = now
        self._until = float("-inf")
        self._pause = TRIED_LEAST
        self._is_tight = False

    @property
    def room(self) -> float:
        """Bits per second that may be sent."""
        return self.bitrate if self._stepped < self._until else MOST

    @property
    def least(self) -> float:
        """The same for the first picture's least quality, which stays if less of others helps."""
        return self.room if self._is_tight else MOST

    def step(
        self, packets: int, loss: float, octets: int, round_trip: float | None, now: float
    ) -> float:
        """Take in the reports of the last second; what may be sent.

        Args:
            packets: sent since the last step.
            loss: share lost by the reports, 0 to 1.
            octets: sent since the last step.
            round_trip: by the reports, in seconds; none if none came.
            now: the moment.
        """
        elapsed, self._stepped = max(now - self._stepped, 0.001), now
        lost = round(packets * loss)
        self.losses.step(packets - lost, lost, octets, now)
        sent = 8 * octets / elapsed
        queued = self._queued(round_trip)
        bad = queued or self.losses.excess > MUCH
        self._bad = self._bad + 1 if bad else 0
        if self._bad >= BAD and now >= self._calm:
            self._fall(sent, loss, now, queued=queued)
        elif self.losses.excess <= LITTLE and not queued:
            ahead = AHEAD * sent + _AHEAD_LEAST
            grown = self.bitrate * GROWTH ** min(elapsed, 1.0)
            self.bitrate = min(max(self.bitrate, min(grown, ahead)), MOST)
        return self.room

    def _fall(self, sent: float, loss: float, now: float, *, queued: bool) -> None:
        """Less than what was too much; of the first picture too if less of others did not help."""
        self._is_tight = now < self._until
        carried = BACK_OFF * sent * (1 - loss)
        before = self.bitrate if self._is_tight else sent
        lowered = carried if queued else max(before * (1 - 0.5 * self.losses.excess), carried)
        self.bitrate = max(min(before, lowered), LEAST)
        if not self._is_tight:
            again = now - self._until < GOOD
            self._pause = min(2 * self._pause, TRIED_MOST) if again else TRIED_LEAST
            self._until = now + self._pause
        self._calm, self._bad = now + CALM, 0

    def _queued(self, round_trip: float | None) -> bool:
        if round_trip is None:
            return False
        least = self._least_trip
        # The least is let rise a little, so that a path that became longer is believed in time.
        self._least_trip = round_trip if least is None else min(least * 1.01, round_trip)
        return round_trip - self._least_trip > QUEUE
