"""The clock of a page's sound beside the wall clock. Pure.

A browser without a loudspeaker has a stand-in for one that may run slow: Firefox's does, by a sixth
and by more on a busy machine. All the sound that the page makes and hears goes by that clock.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

FAR_S = 3600.0
"""How far before the first reading and after the last both clocks are taken to run alike."""


class Reading(NamedTuple):
    """Both clocks at one instant, in seconds."""

    at: float
    """By the wall clock."""
    sound: float
    """By the sound's."""


class Clocks:
    """Turns times of one clock into the other's, between two readings in proportion."""

    def __init__(self, readings: Iterable[Reading] = ()) -> None:
        kept: list[Reading] = []
        for one in readings:
            # A clock that is read again before it went on says nothing new.
            if not kept or (one.at > kept[-1].at and one.sound > kept[-1].sound):
                kept.append(one)
        first, last = (kept[0], kept[-1]) if kept else (Reading(0.0, 0.0), Reading(0.0, 0.0))
        before = Reading(first.at - FAR_S, first.sound - FAR_S)
        after = Reading(last.at + FAR_S, last.sound + FAR_S)
        self._readings = [before, *(kept or [first]), after]
        self._walls, self._sounds = zip(*self._readings, strict=True)

    def since(self, zero: float) -> "Clocks":
        """The same, with this instant as the wall clock's zero."""
        return Clocks(one._replace(at=one.at - zero) for one in self._readings)

    def wall(self, sound: float) -> float:
        """When this was by the wall clock."""
        return float(np.interp(sound, self._sounds, self._walls))

    def sound(self, at: float) -> float:
        """When this was by the sound's."""
        return float(np.interp(at, self._walls, self._sounds))
