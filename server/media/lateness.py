"""How late the worker's loop comes to what is due: the first sign of too much. Pure."""

from typing import Final

WINDOW: Final = 5.0
"""Seconds of one half of what is remembered."""


class Lateness:
    """The longest delay of the last 5 to 10 s, by two halves that take turns."""

    def __init__(self, now: float) -> None:
        self._since = now
        self._before = 0.0
        self._longest = 0.0

    def note(self, late: float, now: float) -> None:
        """Something that was due came so many seconds late."""
        self._turn(now)
        self._longest = max(self._longest, late)

    def longest(self, now: float) -> float:
        """Seconds of the longest delay."""
        self._turn(now)
        return max(self._before, self._longest)

    def _turn(self, now: float) -> None:
        halves = int((now - self._since) / WINDOW)
        if halves:
            self._before = self._longest if halves == 1 else 0.0
            self._longest = 0.0
            self._since += halves * WINDOW
