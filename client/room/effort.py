"""Whether a camera's pictures come faster than this computer encodes them; pure.

Told by the thread of the camera, read by the loop.
"""

from collections import deque
from typing import Final

SPAN_S: Final = 2.0
"""Seconds that are looked back at."""
BUSY: Final = 0.75
"""Of the time between pictures that encoding may take: a camera's have to be decoded before."""
LATE_S: Final = 0.25
"""A picture that reaches its encoder so late on the mean has waited for those before it."""


class Effort:
    """One camera's; bounded by `SPAN_S`."""

    def __init__(self) -> None:
        self.short = False
        """Whether it is so just now."""
        self._pictures: deque[tuple[float, float, float]] = deque()

    def took(self, now: float, seconds: float, late: float) -> None:
        """Note a picture that came `late` and took so many seconds; 0 for one that was left out."""
        pictures = self._pictures
        pictures.append((now, seconds, late))
        while len(pictures) > 2 and pictures[1][0] <= now - SPAN_S:
            pictures.popleft()
        span = now - pictures[0][0]
        if span < SPAN_S:
            return
        rest = list(pictures)[1:]
        share = sum(took for _, took, _ in rest) / span
        waited = sum(late for _, _, late in rest) / len(rest)
        self.short = share > BUSY or waited > LATE_S

    def rests(self) -> None:
        """Nothing is encoded just now."""
        self._pictures.clear()
        self.short = False
