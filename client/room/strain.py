"""How many of a camera's layers a computer that is short of processor time leaves out; pure.

The room's `client/browser/media/strain.ts`, with the same times.
"""

from math import inf
from typing import Final

SHORT_S: Final = 5.0
"""Seconds that the computer must be short before a layer goes."""
REST_S: Final = 60.0
"""Seconds until it is tried again; twice as long each time that it was in vain."""
LONGEST_S: Final = 600.0
"""The longest rest."""


class Strain:
    """One camera's."""

    def __init__(self) -> None:
        self.spared = 0
        """The highest so many layers are not sent."""
        self._since: float | None = None
        self._rest = REST_S
        self._tried, self._calm = -inf, inf

    def take(self, short: bool, layers: int, unsent: int, now: float) -> None:
        """Take in whether the computer is short.

        Args:
            short: whether pictures come faster than they are encoded.
            layers: how many there are.
            unsent: how many of the highest are not sent anyway.
            now: the moment; called about once a second.
        """
        self._since = None if not short else now if self._since is None else self._since
        if self._since is not None and now - self._since >= SHORT_S:
            self._spare(layers, unsent, now)
        elif self.spared and now >= self._calm:
            self.spared -= 1
            self._tried, self._calm = now, now + self._rest

    def _spare(self, layers: int, unsent: int, now: float) -> None:
        vain = now - self._tried < REST_S
        self._rest = min(2 * self._rest, LONGEST_S) if vain else REST_S
        self.spared = min(max(self.spared, unsent) + 1, max(0, layers - 1))
        self._since, self._calm = None, now + self._rest
