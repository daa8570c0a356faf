"""Whether a path's queue grows: the trend of the delays, judged by a threshold that adapts. Pure.

draft-ietf-rmcat-gcc-02, 5.3 and 5.4, with libwebrtc's trend line in the place of the Kalman filter.
"""

from __future__ import annotations

from collections import deque
from enum import Enum, auto
from typing import Final

from signaling.congestion.path_input import PERIOD, Line, PathInput

WINDOW: Final = 3
"""Records that the line goes through: 300 ms, in which libwebrtc has its 20 groups."""
LONG: Final = 1.5 * PERIOD
"""Seconds of a record from which on those before it are too long ago for one line with it."""
GROUPS: Final = 60
"""Groups after which a slope has its full weight."""
GAIN: Final = 4.0
"""Of the slope, as in libwebrtc; with `GROUPS` it makes milliseconds of a slope."""
THRESHOLD: Final = 12.5
"""Milliseconds: the threshold before it adapts."""
LEAST, MOST = 6.0, 600.0
"""Between these the threshold stays (GCC, 5.4)."""
RISES, FALLS = 0.0087, 0.039
"""How fast the threshold follows upward and downward, per millisecond (GCC, 5.4, by libwebrtc)."""
OUTLIER: Final = 15.0
"""Milliseconds above the threshold from which a value does not move it: a sudden change."""
BASE_SPAN: Final = 10.0
"""Seconds: the least delay of one to two such spans is that of an empty queue."""
SURE: Final = 3.0
"""Standard errors that the slopes of two records must have, one after another: less, or one alone
(libwebrtc's `overuse_counter`), may be the path's jitter."""
CERTAIN: Final = 7.0
"""Standard errors with which one record is enough: 60 ms of jitter made 6.8 at most."""
SUDDEN: Final = 0.05
"""Seconds of a queue with which one sure record is enough: the same jitter made 46 ms at most."""
NOTICED: Final = 0.015
"""Seconds of a queue below which no trend matters."""
STANDING: Final = 0.1
"""Seconds of a queue that is too much even when it does not grow."""


class Use(Enum):
    """How a path is used."""

    UNDER = auto()
    """Its queue drains: wait until it has."""
    NORMAL = auto()
    """Neither."""
    OVER = auto()
    """Its queue grows or stands."""


class DelayTrend:
    """One path's delays."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque(maxlen=WINDOW)
        self._groups = 0
        self.threshold = THRESHOLD
        """Milliseconds that a trend must exceed; it adapts."""
        self._trend = 0.0
        self._grew = False
        self._bases: tuple[float, float] | None = None
        self._base_began = 0.0
        self.queue = 0.0
        """Seconds that the packets of the last record waited at least."""

    def step(self, record: PathInput, now: float) -> Use:
        """Judge one more record; one in which nothing came changes nothing."""
        if record.least_delay is None:
            return Use.NORMAL
        self.queue = record.least_delay - self._base(record.least_delay, now)
        if record.seconds > LONG:
            self._lines.clear()
        line = self._joined(record.line)
        before, self._trend = self._trend, line.slope() * self._groups * GAIN
        use = self._judged(self._grows(line) and self._trend >= before)
        self._adapt()
        return use

    @property
    def late(self) -> float | None:
        """Delay from which on a packet waits longer than can be overlooked; none before any."""
        return None if self._bases is None else min(self._bases) + NOTICED

    def longer(self, now: float) -> None:
        """What waits now is the way, and no queue."""
        if self._bases is not None:
            delay = min(self._bases) + self.queue
            self._bases, self._base_began, self.queue = (delay, delay), now, 0.0

    def _joined(self, newest: Line) -> Line:
        self._groups = min(self._groups + newest.groups, GROUPS)
        self._lines.append(newest)
        joined = self._lines[0]
        for place in range(1, len(self._lines)):
            joined = joined.joined(self._lines[place])
        return joined

    def _grows(self, line: Line) -> bool:
        """Whether the delays do, and not by jitter alone."""
        grew, self._grew = self._grew, False
        if self._trend <= self.threshold:
            return False
        slope, error = line.slope(), line.error()
        self._grew = slope > SURE * error
        is_enough = grew or self.queue > SUDDEN or slope > CERTAIN * error
        return self._grew and is_enough

    def _judged(self, grows: bool) -> Use:
        if self.queue > STANDING and self._trend > -self.threshold:
            return Use.OVER
        if grows and self.queue > NOTICED:
            return Use.OVER
        return Use.UNDER if self._trend < -self.threshold else Use.NORMAL

    def _adapt(self) -> None:
        size = abs(self._trend)
        if size > self.threshold + OUTLIER:
            return
        speed = FALLS if size < self.threshold else RISES
        # 100 ms pass between two records, and the draft lets no step count for more.
        self.threshold += speed * 100 * (size - self.threshold)
        self.threshold = min(max(self.threshold, LEAST), MOST)

    def _base(self, delay: float, now: float) -> float:
        """The least delay of this span and the one before."""
        if self._bases is None:
            self._bases, self._base_began = (delay, delay), now
        elif now - self._base_began >= BASE_SPAN:
            self._bases, self._base_began = (self._bases[1], delay), now
        else:
            self._bases = self._bases[0], min(self._bases[1], delay)
        return min(self._bases)
