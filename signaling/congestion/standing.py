"""Whether a delay that stands is a queue, or a path that has become longer. Pure.

From a link in front of which a queue stands as much comes as it carries, whatever is sent. So where
less comes, since less was sent, and the delay stays, there is no queue that sending less would
drain: the way is another, or others fill the queue. By the least delay of the last time alone that
would be known only when that time is over, and until then nothing would be sent.
"""

from __future__ import annotations

from typing import Final

SETTLED: Final = 6
"""Records after which the rate, one of half a second, is of standing alone."""
LESS: Final = 0.75
"""Of the most that came: less is not what a busy link carries."""
SURE: Final = 5
"""Records, one after another, in which less must have come."""


class Standing:
    """One path's delay while it stands."""

    def __init__(self) -> None:
        self._records = self._less = 0
        self._most = 0.0

    def step(self, stands: bool, rate: float) -> float | None:
        """Judge one more record: whether its packets waited, and the bits per second that come.

        What came at most since it stands, if that was no queue; none if it may be one.
        """
        if not stands:
            self._records = 0
            return None
        self._records += 1
        if self._records <= SETTLED:
            self._most, self._less = rate, 0
            return None
        self._most = max(self._most, rate)
        self._less = self._less + 1 if rate < LESS * self._most else 0
        if self._less < SURE:
            return None
        self._records = 0
        return self._most
