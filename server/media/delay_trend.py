"""Whether a path's queue grows: the trend of the delays, judged by a threshold that adapts. Pure.

draft-ietf-rmcat-gcc-02, 5.3 and 5.4, with libwebrtc's trend line in the place of the Kalman filter.
"""

from __future__ import annotations

from collections import deque
from enum import Enum, auto
from typing import Final

from server.media.path_input import Line, PathInput

WINDOW: Final = 3
"""Records that the line goes through: 300 ms, in which libwebrtc has its 20 groups."""
GROUPS: Final = 60
"""Groups after which a slope has its full weight."""
GAIN: Final = 4.0
"""Of the slope, as in libwebrtc; with `GROUPS` it makes milliseconds of a slope."""
THRESHOLD: Final = 12.5
"""Milliseconds: the threshold before it adapts."""
LEAST, MOST = 6.0, 600.0
"""Between these the threshold stays (GCC, 5.4)."""
RISES, FALLS = 0.0087, 0.039
"""How fast the threshold follows upward and downward, per millisecond (GCC, 5.4)."""
OUTLIER: Final = 15.0
"""Milliseconds above the threshold from which a value does not move it: a sudden change."""
BASE_SPAN: Final = 10.0
"""Seconds: the least delay of one to two such spans is that of an empty queue."""
SURE: Final = 3.0
"""Standard errors that a slope must have: less may be the path's jitter."""
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
        self._bases: tuple[float, float] | None = None
        self._base_began = 0.0
        self.queue = 0.0
        """Seconds that the packets of the last record waited at least."""

    def step(self, record: PathInput, now: float) -> Use:
        """Judge one more record; one in which nothing came changes nothing."""
        if record.least_delay is None:
            return Use.NORMAL
        self.queue = record.least_delay - self._base(record.least_delay, now)
        self._lines.append(record.line)
        self._groups = min(self._groups + record.line.groups, GROUPS)
        joined = Line()
        for line in self._lines:
            joined = joined.joined(line)
        before, self._trend = self._trend, joined.slope() * self._groups * GAIN
        use = self._judged(before, joined.slope() > SURE * joined.error())
        self._adapt()
        return use

    def _judged(self, before: float, sure: bool) -> Use:
        if self.queue > STANDING and self._trend > -self.threshold:
            return Use.OVER
        grows = self._trend > self.threshold and self._trend >= before
        if grows and sure and self.queue > NOTICED:
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
