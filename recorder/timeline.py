"""Many RTP clocks onto one lesson time. Pure.

Until the first sender report (RFC 3550, 6.4.1) a source runs by arrival: the fastest packet says
when its clock's zero was. A report ties its RTP clock to its device's clock; the device's clock is
tied to lesson time by the fastest report of any of its sources, so that picture and sound of one
device keep together however long each was on the way.
"""

from collections import deque
from dataclasses import dataclass
from math import inf

from signaling.rtp.sequence import difference, from_ntp

STEP_S = 0.15
"""A report that moves a source's clock further than this tells of a step of the device's clock."""
AHEAD_S = 0.5
"""Nothing is heard before it was said: a time so far ahead of its arrival is a new RTP clock."""
BACK_S = 0.5
"""Nor does an RTP clock run backwards."""
JUMP_S = 1.0
"""So far is not smoothed: it is another clock."""
SLEW = 0.1
"""How much faster or slower a picture may run until it is where it belongs."""
BUCKET_S = 10.0
BUCKETS = 6


class Fastest:
    """The smallest of a measure over the last minute; follows a clock that drifts away."""

    __slots__ = ("_begun", "_buckets", "least", "value")

    def __init__(self) -> None:
        self.value: float | None = None
        """The smallest; none before the first."""
        self.least = inf
        """The smallest of the last ten seconds: one that is not smaller changes nothing."""
        self._begun = -inf
        self._buckets: deque[float] = deque(maxlen=BUCKETS)

    def add(self, now: float, value: float) -> None:
        """One more measurement; `now` does not run backwards."""
        if now - self._begun >= BUCKET_S:
            self._begun = now
            self._buckets.append(value)
        elif value < self.least:
            self._buckets[-1] = value
        else:
            return
        self.least = value
        self.value = min(self._buckets)


@dataclass
class DeviceClock:
    """The clock that stamps the sender reports of one device; shared by its sources."""

    offset: Fastest
    """Lesson time minus the device's time, by the fastest reports."""
    shift: float = 0.0
    """How far the device's clock has been stepped since the first report, in seconds."""


def device_clock() -> DeviceClock:
    """A clock nothing is known of."""
    return DeviceClock(Fastest())


class Timeline:
    """Lesson time of the frames of one RTP stream.

    Follows what it learns at once; whoever writes pictures or sound smooths it.
    """

    def __init__(self, rate: int, device: DeviceClock) -> None:
        self._rate = rate
        self._device = device
        self._arrivals = Fastest()
        self._last_rtp: int | None = None
        self._ticks = 0
        self._last = -inf
        self.ran = 0.0
        """Seconds that the RTP clock ran up to the timestamp asked for last."""
        self._zero_by_report: float | None = None
        self._shift: float | None = None

    def at(self, rtp: int, arrival: float) -> float:
        """Lesson time of an RTP timestamp whose first packet arrived at lesson time `arrival`."""
        if self._last_rtp is not None:
            self._ticks += difference(rtp, self._last_rtp)
        self.ran = ran = self._ticks / self._rate
        self._arrivals.add(arrival, arrival - ran)
        time = self._zero() + ran
        if time > arrival + AHEAD_S or time < self._last - BACK_S:
            self._forget()
            self._arrivals.add(arrival, arrival - ran)
            time = arrival
        self._last_rtp, self._last = rtp, time
        return time

    def report(self, ntp: int, rtp: int, arrival: float) -> None:
        """A sender report: the device's clock and this source's at one instant."""
        if self._last_rtp is None:
            return
        sent = from_ntp(ntp)
        if self._shift is None:
            self._shift = self._device.shift
        ticks = self._ticks + difference(rtp, self._last_rtp)
        zero = sent - self._shift - ticks / self._rate
        if self._zero_by_report is not None and abs(zero - self._zero_by_report) > STEP_S:
            self._shift += zero - self._zero_by_report
            self._device.shift = self._shift
            zero = self._zero_by_report
        self._zero_by_report = zero
        self._device.offset.add(arrival, arrival - (sent - self._shift))

    def _zero(self) -> float:
        """Lesson time at tick 0."""
        if self._zero_by_report is not None:
            offset = self._device.offset.value
            if offset is not None:
                return self._zero_by_report + offset
        return self._arrivals.value or 0.0

    def _forget(self) -> None:
        """The RTP clock began anew."""
        self._arrivals = Fastest()
        self._zero_by_report = None


class Smooth:
    """Takes the jumps out of the times of a picture: at most a tenth faster or slower."""

    def __init__(self) -> None:
        self._before: tuple[float, float] | None = None
        self._bias = 0.0

    def place(self, time: float, ran: float) -> float:
        """The time to show a frame at that has lesson time `time`, at `ran` seconds of its RTP."""
        if self._before is not None:
            passed = ran - self._before[1]
            jump = time - self._before[0] - passed
            self._bias = 0.0 if abs(jump) > JUMP_S else self._bias - jump
            most = max(0.0, passed) * SLEW
            self._bias -= max(-most, min(most, self._bias))
        self._before = time, ran
        return time + self._bias
