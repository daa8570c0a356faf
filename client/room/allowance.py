"""What the encoders are given of an estimate; pure.

An encoder that is given other bits begins anew with a key frame, so it is not to follow each step
of an estimate that falls and rises around what a way carries. What it makes too much meanwhile
waits here and not on the way (`spread`), and pictures are left out.
"""

from collections import deque
from math import inf
from typing import Final

LOWER: Final = 0.95
"""Of the budget: an estimate below this for `LOWER_S` is followed."""
LOWER_S: Final = 0.3
"""Seconds: a fall comes in several steps."""
HIGHER: Final = 1.15
"""Of the budget: an estimate above this for `HIGHER_S` is followed."""
HIGHER_S: Final = 0.5
"""Seconds."""
REST_LEAST, REST_MOST = 3.0, 30.0
"""Seconds after a fall in which more is not tried; twice as long each time that it was in vain."""
VAIN_S: Final = 5.0
"""Seconds within which the fall after a rise shows that it was in vain."""
CLEAR: Final = 2.0
"""Of the budget: an estimate above this is no guess (`estimate.AHEAD`) and followed meanwhile."""


class Allowance:
    """Bits per second that follow an estimate in few steps; remembers it for `HIGHER_S`."""

    def __init__(self, now: float, estimate: float) -> None:
        self.budget = estimate
        """Bits per second."""
        self._seen: deque[tuple[float, float]] = deque()
        self._raised = -inf
        self._rest, self._again = REST_LEAST, now

    def step(self, estimate: float, now: float) -> bool:
        """Take in the estimate of this moment; whether the budget is another now."""
        self._seen.append((now, estimate))
        while len(self._seen) > 1 and self._seen[1][0] <= now - HIGHER_S:
            self._seen.popleft()
        most = max(self._last(LOWER_S, now), default=inf)
        if most < LOWER * self.budget:
            self._fell(now)
            self._take(most)
            return True
        least = min(self._last(HIGHER_S, now), default=0.0)
        if least <= (HIGHER if now >= self._again else CLEAR) * self.budget:
            return False
        self._raised = now
        self._take(least)
        return True

    def _last(self, seconds: float, now: float) -> list[float]:
        """The estimates of the last time; none before so much of it has passed."""
        begins = now - seconds
        if self._seen[0][0] > begins:
            return []
        return [estimate for at, estimate in self._seen if at >= begins]

    def _fell(self, now: float) -> None:
        vain = now - self._raised < VAIN_S
        self._rest = min(2 * self._rest, REST_MOST) if vain else REST_LEAST
        self._again = now + self._rest

    def _take(self, budget: float) -> None:
        self.budget = budget
        self._seen.clear()
