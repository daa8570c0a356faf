"""The most that something was within the last seconds. Pure; bounded by how often it is told."""

from collections import deque


class Held:
    """What was told, for so many seconds; of equal times only what can still be the most."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._told: deque[tuple[float, float]] = deque()

    def note(self, value: float, now: float) -> None:
        """It is this much now."""
        while self._told and self._told[-1][1] <= value:
            self._told.pop()
        self._told.append((now, value))
        while now - self._told[0][0] > self._seconds:
            self._told.popleft()

    def most(self, default: float) -> float:
        """The most within the time; `default` before anything was told."""
        return self._told[0][1] if self._told else default
