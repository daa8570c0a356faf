"""Who speaks: audio levels (RFC 6464) to the sounds that are heard. Pure."""

from typing import NamedTuple

from signaling.ids import SourceId
from signaling.rtp.extensions import SILENCE

BEGINS = 45.0
"""A sound this loud (-dBov) or louder begins to be heard."""
ENDS = 55.0
"""One this quiet is heard no more."""
HOLD = 0.6
"""Seconds a speaker may pause for breath."""


class Heard(NamedTuple):
    """A sound that is heard just now."""

    source: SourceId
    """Which."""
    level: float
    """Mean since it was judged before, in -dBov: 0 is loudest."""


class _Sound:
    """One sound."""

    def __init__(self) -> None:
        self.level = float(SILENCE)
        self.loud = float("-inf")
        self.speaking = False

    def judge(self, now: float) -> float | None:
        """Its level if it is heard; the next one has to be told anew."""
        mean, self.level = self.level, float(SILENCE)
        if mean <= (ENDS if self.speaking else BEGINS):
            self.loud = now
        self.speaking = mean <= BEGINS or (self.speaking and now - self.loud <= HOLD)
        return mean if self.speaking else None


class Speakers:
    """The sounds of one worker; one entry per source until it is forgotten."""

    def __init__(self) -> None:
        self._sounds: dict[SourceId, _Sound] = {}

    def heard(self, source: SourceId, level: float) -> None:
        """An open sound was as loud as this since it was judged before, in -dBov on average."""
        self._sounds.setdefault(source, _Sound()).level = level

    def forget(self, source: SourceId) -> None:
        """A sound has ended or its gate was shut."""
        self._sounds.pop(source, None)

    def speaking(self, now: float) -> list[Heard]:
        """Who is heard now, loudest first; a sound of which nothing was told is silent."""
        judged = [(source, sound.judge(now)) for source, sound in self._sounds.items()]
        heard = [Heard(source, level) for source, level in judged if level is not None]
        return sorted(heard, key=lambda one: one.level)
