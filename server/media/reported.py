"""How much a receiver without transport-wide feedback gets: by its REMB and its reports. Pure.

aiortc sends REMB and reports. Firefox sends transport-wide feedback, but was seen not to for VP9
(livekit/livekit pull request 3333), so a path of which feedback was agreed falls back to this
where none comes, too.
"""

from __future__ import annotations

from typing import Final

from server.media.estimate import BACK_OFF, GROWTH, LEAST, MOST, START
from server.media.loss_trend import LITTLE, MUCH, LossTrend

FRESH: Final = 5.0
"""Seconds that a REMB holds; they come once a second or more often."""
QUEUE: Final = 0.15
"""Seconds of round trip above the least: a queue that is too long."""
AHEAD: Final = 1.5
"""Of what is sent: an estimate that nothing was sent to prove goes no further."""
WATCH: Final = 3.0
"""Seconds of sending without wide feedback after which the reports count instead."""
_AHEAD_LEAST: Final = 50_000.0


class Reported:
    """The estimate of one receiver by reports and REMB.

    A REMB says what the receiver believes by its own delays, so it is taken as it is; reports
    alone know loss and round trip, and the estimate rises no further than half above what is sent.
    """

    def __init__(self, now: float, budget: float = MOST) -> None:
        self.bitrate = min(START, budget)
        """Bits per second."""
        self.losses = LossTrend()
        """By the reports."""
        self._budget = budget
        self._remb: tuple[float, float] | None = None
        self._least_trip: float | None = None
        self._stepped = now

    def limit(self, budget: float) -> None:
        """The school's link budget."""
        self._budget = max(budget, LEAST)
        self.bitrate = min(self.bitrate, self._budget)

    def remb(self, bitrate: float, now: float) -> None:
        """A REMB came."""
        self._remb = bitrate, now

    def step(
        self, packets: int, loss: float, octets: int, round_trip: float | None, now: float
    ) -> float:
        """Take in the reports of the last second; the estimate.

        Args:
            packets: sent since the last step.
            loss: share lost by the reports, 0 to 1.
            octets: sent since the last step.
            round_trip: by the reports, in seconds.
            now: the moment.
        """
        elapsed, self._stepped = max(now - self._stepped, 0.001), now
        lost = round(packets * loss)
        judged = self.losses.step(packets - lost, lost, octets, now)
        sent = 8 * octets / elapsed
        if self._queued(round_trip):
            self.bitrate = min(self.bitrate, BACK_OFF * sent * (1 - loss))
        elif judged and self.losses.excess > MUCH:
            lowered = self.bitrate * (1 - 0.5 * self.losses.excess)
            self.bitrate = min(self.bitrate, max(lowered, BACK_OFF * sent * (1 - loss)))
        elif self.losses.excess <= LITTLE:
            self._rise(sent, min(elapsed, 1.0), now)
        if self._remb is not None and now - self._remb[1] <= FRESH:
            self.bitrate = min(self.bitrate, self._remb[0])
        self.bitrate = min(max(self.bitrate, LEAST), MOST, self._budget)
        return self.bitrate

    def _rise(self, sent: float, elapsed: float, now: float) -> None:
        """To what the REMB allows at once; without one a little at a time."""
        if self._remb is not None and now - self._remb[1] <= FRESH:
            self.bitrate = max(self.bitrate, self._remb[0])
            return
        ahead = AHEAD * sent + _AHEAD_LEAST
        self.bitrate = max(self.bitrate, min(self.bitrate * GROWTH**elapsed, ahead))

    def _queued(self, round_trip: float | None) -> bool:
        if round_trip is None:
            return False
        least = self._least_trip
        # The least is let rise a little, so that a path that became longer is believed in time.
        self._least_trip = round_trip if least is None else min(least * 1.01, round_trip)
        return round_trip - self._least_trip > QUEUE


class Watch:
    """Whether wide feedback comes where it was agreed."""

    def __init__(self, now: float) -> None:
        self._heard = now
        self._unheard = 0

    def wide(self, record_packets: int, sent_octets: int, now: float) -> bool:
        """Count one record; whether the wide estimate may still be believed."""
        if record_packets:
            self._heard, self._unheard = now, 0
        else:
            self._unheard += sent_octets
            self._heard = self._heard if self._unheard else now
        return now - self._heard <= WATCH
