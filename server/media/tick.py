"""How long datagrams are let gather before they are read: the busier, the longer. Pure.

A wake costs as much as several packets do, so a worker with many small lessons reads each few
milliseconds what came meanwhile; one with little to do reads at once.
"""

from typing import Final

QUIET: Final = 2000.0
"""Datagrams a second up to which each is read when it comes: those of one lesson with a hundred
receivers, who say ten times a second what came."""
BUSY: Final = 5000.0
"""Datagrams a second from which on the pause is the longest."""
LONGEST: Final = 0.003
"""Seconds of the longest pause: what it may add to a packet's delay. At 0.005 the median of a city
of 66 lessons was 5 ms; the processor time of both differed by less than two runs of one."""
WINDOW: Final = 0.1
"""Seconds over which datagrams are counted."""


class Tick:
    """The pause of one socket, by what came in the last window."""

    def __init__(self, now: float) -> None:
        self._since = now
        self._count = 0
        self._pause = 0.0

    def pause(self, came: int, now: float) -> float:
        """Seconds to wait after so many datagrams were read, 0 to read as they come."""
        self._count += came
        elapsed = now - self._since
        if elapsed >= WINDOW:
            self._pause = pause_at(self._count / elapsed)
            self._since, self._count = now, 0
        return self._pause


def pause_at(rate: float) -> float:
    """The pause at so many datagrams a second."""
    return LONGEST * min(1.0, max(0.0, (rate - QUIET) / (BUSY - QUIET)))
