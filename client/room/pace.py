"""How often a feed's pictures come; pure."""

from collections import deque
from itertools import pairwise
from statistics import median

LOOKS = 16
"""Pictures that are looked back at."""
ENOUGH = 4
"""Fewer say nothing."""
NEARLY = 0.9
"""Of the most that may be: as often as that, for a rounding error."""


class Pace:
    """Watches the moments of a feed's pictures.

    An encoder takes each picture for one of the rate that it was opened with, and divides its bits
    by that: a camera of half the rate would be sent with half the bits.
    """

    def __init__(self) -> None:
        self._moments: deque[float] = deque(maxlen=LOOKS)

    def seen(self, at: float) -> None:
        """A picture of this second."""
        self._moments.append(at)

    def rate(self, most: float) -> float:
        """Pictures a second, of which at most `most` are taken; that many until it is known."""
        if len(self._moments) < ENOUGH:
            return most
        usual = median(later - one for one, later in pairwise(self._moments))
        return most if usual * most * NEARLY < 1 else round(1 / usual, 1)
