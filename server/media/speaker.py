"""Who speaks: audio levels (RFC 6464) to the sounds that are heard. Pure."""

from collections import deque
from typing import NamedTuple

from signaling.ids import SourceId
from signaling.rtp.extensions import SILENCE

WINDOW = 0.3
"""Seconds over which a level is averaged."""
BEGINS = 45.0
"""A sound this loud (-dBov) or louder begins to be heard."""
ENDS = 55.0
"""One this quiet is heard no more."""
HOLD = 0.6
"""Seconds a speaker may pause for breath."""
LEVELS = 32
"""Packets of one sound that are averaged at most: 20 ms each in the window, and then some."""


class Heard(NamedTuple):
    """A sound that is heard just now."""

    source: SourceId
    """Which."""
    level: float
    """Mean of the last `WINDOW` in -dBov: 0 is loudest."""


class _Sound:
    """One sound: its levels of the window (the oldest of more than `LEVELS` is dropped)."""

    def __init__(self) -> None:
        self.levels: deque[tuple[float, int]] = deque(maxlen=LEVELS)
        self.loud = float("-inf")
        self.speaking = False

    def mean(self, now: float) -> float:
        while self.levels and self.levels[0][0] <= now - WINDOW:
            self.levels.popleft()
        if not self.levels:
            return float(SILENCE)
        return sum(level for _, level in self.levels) / len(self.levels)

    def judge(self, now: float, mean: float) -> bool:
        if mean <= (ENDS if self.speaking else BEGINS):
            self.loud = now
        self.speaking = mean <= BEGINS or (self.speaking and now - self.loud <= HOLD)
        return self.speaking


class Speakers:
    """The sounds of one worker; one entry per source until it is forgotten."""

    def __init__(self) -> None:
        self._sounds: dict[SourceId, _Sound] = {}

    def heard(self, source: SourceId, level: int, now: float) -> None:
        """A packet of an open sound came with this level in -dBov."""
        self._sounds.setdefault(source, _Sound()).levels.append((now, level))

    def forget(self, source: SourceId) -> None:
        """A sound has ended or its gate was shut."""
        self._sounds.pop(source, None)

    def speaking(self, now: float) -> list[Heard]:
        """Who is heard now, loudest first."""
        means = [(source, sound, sound.mean(now)) for source, sound in self._sounds.items()]
        heard = [Heard(source, mean) for source, sound, mean in means if sound.judge(now, mean)]
        return sorted(heard, key=lambda one: one.level)
