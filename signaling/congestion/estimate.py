"""How many bits per second one receiver's path carries. Pure; one step per record of 100 ms.

Delay trend, loss and rate control as in draft-ietf-rmcat-gcc-02; where it differs, and why, is
in docs/congestion.md.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from typing import Final

from signaling.congestion.delay_trend import DelayTrend, Use
from signaling.congestion.loss_trend import LITTLE, MUCH, LossTrend
from signaling.congestion.path_input import PathInput, Probed
from signaling.congestion.probing import tells
from signaling.congestion.standing import Standing

START: Final = 500_000.0
"""Bits per second before anything is known; a smaller link budget is taken instead."""
LEAST: Final = 40_000.0
"""One voice with its headers: below this nothing is left to lower."""
MOST: Final = 20_000_000.0
"""More is never believed."""
BACK_OFF: Final = 0.85
"""Of what arrives, when the queue grows (GCC, 5.5)."""
GROWTH: Final = 1.08
"""In a second, far from where the queue last grew (GCC, 5.5)."""
PACKET: Final = 9600.0
"""Bits of one packet: what is added per response time near there (GCC, 5.5)."""
AHEAD: Final = 1.5
"""Of what arrives: an estimate that nothing was sent to prove goes no further (GCC, 5.5)."""
AHEAD_LEAST: Final = 10_000.0
"""Bits per second that may always be gone ahead."""
WAITS: Final = 0.05
"""Seconds of a queue from which on nothing more is tried."""
DRAIN: Final = 1.0
"""Seconds in which a standing queue is to be gone."""
DRAIN_MOST: Final = 0.5
"""Share of the estimate that is left unused for it at most."""
CALM: Final = 0.3
"""Seconds after a decrease in which its own effect is awaited, at least one round trip."""
SETTLING: Final = 0.3
"""Seconds in which a probe's own queue is taken for no trend."""
SILENT: Final = 1.5
"""Seconds without feedback, though packets were sent, after which the path is taken for cut."""
SILENT_FALL: Final = 0.8
"""What the estimate keeps for each second of a cut, down to `START`."""
PROVEN: Final = 0.9
"""Of the rate a probe was sent at: what came as fast did not find the path's end."""
_RATE_SPAN: Final = 0.5


class Change(StrEnum):
    """Why the estimate is as it is; a code for metrics."""

    START = "start"
    RISING = "rising"
    HELD = "held"
    DELAY = "delay"
    LOSS = "loss"
    PROBE = "probe"
    SILENCE = "silence"


class Ceiling:
    """Where the queue grew before: mean and spread of what arrived then (GCC, 5.5)."""

    def __init__(self) -> None:
        self._mean: float | None = None
        self._spread = 0.4

    def met(self, rate: float) -> None:
        """The queue grew while this arrived."""
        if self._mean is None:
            self._mean = rate
        error = (rate - self._mean) / 1000
        self._mean += 0.05 * (rate - self._mean)
        weight = error * error / max(self._mean / 1000, 1.0)
        self._spread = min(max(0.95 * self._spread + 0.05 * weight, 0.4), 2.5)

    def near(self, rate: float) -> bool:
        """Whether a rate is about that; far above it, or below, it is forgotten."""
        if self._mean is None:
            return False
        margin = 3000 * (self._spread * self._mean / 1000) ** 0.5
        if abs(rate - self._mean) > margin:
            self._mean = None
        return self._mean is not None


class Estimate:
    """The estimate of one receiver's path."""

    def __init__(self, now: float, budget: float = MOST) -> None:
        self.bitrate = min(START, budget)
        """Bits per second that the path is believed to carry."""
        self.change = Change.START
        """What moved it last."""
        self.round_trip = 0.1
        """Seconds, smoothed; with the wait for feedback."""
        self.delays = DelayTrend()
        """Of the packets."""
        self.losses = LossTrend()
        """Of the packets."""
        self.acked = 0.0
        """Bits per second that arrive."""
        self._budget = budget
        self._ceiling = Ceiling()
        self._standing = Standing()
        self._came: deque[tuple[float, int, float]] = deque()
        self._came_octets = 0
        self._heard = now
        self._calm = now
        self._settled = now
        self._stepped = now
        self._unheard = 0

    def limit(self, budget: float) -> None:
        """The school's link budget: what the estimate never exceeds."""
        self._budget = max(budget, LEAST)
        self.bitrate = min(self.bitrate, self._budget)

    @property
    def target(self) -> float:
        """Bits per second to send now: the estimate, less what lets a standing queue drain."""
        excess = self.delays.queue - 0.02
        if excess <= 0.05:
            return self.bitrate if self.bitrate > LEAST else LEAST
        return max(self.bitrate * (1 - min(excess / DRAIN, DRAIN_MOST)), LEAST)

    @property
    def calm(self) -> bool:
        """Whether nothing speaks against trying for more."""
        return (
            self._stepped >= self._calm
            and self.delays.queue < WAITS
            and self.losses.excess < MUCH
            and not self.silent
        )

    @property
    def silent(self) -> bool:
        """Whether no feedback comes though packets went out."""
        return self.change is Change.SILENCE

    def probing(self, now: float) -> None:
        """A probe goes out; what it does to the queue for a moment is no trend."""
        self._settled = now + self.round_trip + SETTLING

    def step(self, record: PathInput, now: float) -> float:
        """Take in one record; the target."""
        elapsed, self._stepped = min(max(now - self._stepped, 0.0), 1.0), now
        if not record.packets and record.lost <= 0:
            self._nothing_heard(record, now, elapsed)
            return self.target
        self._heard, self._unheard = now, 0
        self._measure(record, now)
        use = self._use(record, now)
        judged = self.losses.step(record.packets, record.lost, record.sent_octets, now)
        if use is Use.OVER and self._may_fall(now):
            self._fall(now)
        elif judged and self.losses.excess > MUCH:
            self._lose(now)
        elif use is Use.NORMAL and now >= self._calm and self.losses.excess < MUCH:
            self._rise(elapsed)
        elif now >= self._calm:
            self.change = Change.HELD
        if record.probed is not None:
            self._probed(record.probed)
        self.bitrate = min(max(self.bitrate, LEAST), MOST, self._budget)
        return self.target

    def _use(self, record: PathInput, now: float) -> Use:
        """How the path is used; what was taken for a queue and is none has held nothing up."""
        use = self.delays.step(record, now)
        carried = self._standing.step(self.delays.queue > WAITS, self.acked)
        if carried is None:
            return use
        self.delays.longer(now)
        self.bitrate = max(self.bitrate, carried)
        return Use.NORMAL

    def _measure(self, record: PathInput, now: float) -> None:
        if record.round_trip is not None:
            self.round_trip += (record.round_trip - self.round_trip) * 0.2
        came = self._came
        came.append((record.arrived, record.octets, now))
        self._came_octets += record.octets
        while len(came) > 2 and now - came[0][2] > _RATE_SPAN:
            self._came_octets -= came.popleft()[1]
        span = record.arrived - came[0][0]
        if span > 0.05:
            self.acked = 8 * (self._came_octets - came[0][1]) / span

    def _may_fall(self, now: float) -> bool:
        return now >= self._calm and (now >= self._settled or self.delays.queue > 0.3)

    def _fall(self, now: float) -> None:
        """The queue grows: less than what arrives, and less than now."""
        self._ceiling.near(self.acked)
        self._ceiling.met(self.acked)
        self.bitrate = min(BACK_OFF * self.acked, self.bitrate)
        self._calm = now + max(CALM, self.round_trip)
        self.change = Change.DELAY

    def _lose(self, now: float) -> None:
        """Much is lost: less by half of that, yet never less than what does arrive."""
        lowered = self.bitrate * (1 - 0.5 * self.losses.excess)
        self.bitrate = min(self.bitrate, max(lowered, BACK_OFF * self.acked))
        self._calm = now + max(CALM, self.round_trip)
        self.change = Change.LOSS

    def _rise(self, elapsed: float) -> None:
        if self.losses.excess > LITTLE and self.losses.loss > self.losses.own + LITTLE:
            return
        if self._ceiling.near(self.acked):
            response = self.round_trip + 0.1
            grown = self.bitrate + max(4000.0, PACKET / response) * elapsed
        else:
            grown = self.bitrate * GROWTH**elapsed
        ahead = AHEAD * self.acked + AHEAD_LEAST
        self.bitrate = max(self.bitrate, min(grown, ahead))
        self.change = Change.RISING

    def _probed(self, probed: Probed) -> None:
        """What a probe found out, once enough of it came."""
        if not tells(probed):
            return
        proven = min(probed.sent_rate, probed.arrived_rate)
        if probed.arrived_rate < PROVEN * probed.sent_rate:
            proven = PROVEN * probed.arrived_rate
        proven /= 1 - self.losses.own  # what the path loses by itself was carried up to there
        if proven > self.bitrate:
            self.bitrate = proven
            self.change = Change.PROBE

    def _nothing_heard(self, record: PathInput, now: float, elapsed: float) -> None:
        self._unheard += record.sent_octets
        if not self._unheard:
            self._heard = now
        if now - self._heard > SILENT + self.round_trip:
            self.change = Change.SILENCE
            floor = min(self.bitrate, START, self._budget)
            self.bitrate = max(self.bitrate * SILENT_FALL**elapsed, floor)
