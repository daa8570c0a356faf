"""Who speaks: audio levels (RFC 6464) to the sounds that are heard. Pure.

By this the picture of who speaks comes first, and the time that a classroom talked is measured.
"""

from typing import Final, NamedTuple

from server.media.noise import Noise
from signaling.ids import SourceId
from signaling.rtp.extensions import SILENCE

BEGINS: Final = 45.0
"""A sound this loud (-dBov) or louder begins to be heard."""
ENDS: Final = 55.0
"""One quieter than this is heard no more: a word's end is fainter than its beginning."""
RISE: Final = 10.0
"""dB by which a voice that begins stands out from the room's noise (`noise` says whose number)."""
STAY: Final = 5.0
"""dB by which one that goes on does: a noise that wavers changes nothing."""
DROP: Final = 20.0
"""dB below the loudest since it began that are its room again: the ends of words lose less."""
HOLD: Final = 0.6
"""Seconds a speaker may pause for breath."""


class Heard(NamedTuple):
    """A sound that is heard just now."""

    source: SourceId
    """Which."""
    level: float
    """Mean since it was judged before, in -dBov: 0 is loudest."""
    voice: bool
    """Whether that was a voice, not a breath after one."""


class _Sound:
    """One sound."""

    def __init__(self, source: SourceId) -> None:
        self.source = source
        self.level: float | None = None
        self.noise = Noise()
        self.voiced = float("-inf")
        self.loudest = float(SILENCE)
        self.speaking = False

    def judge(self, now: float) -> Heard | None:
        """Itself if it is heard; the next level has to be told anew."""
        told, self.level = self.level, None
        level = float(SILENCE) if told is None else told
        voice = self._is_voice(level, now)
        if told is not None:
            self.noise.note(told, now)
        if voice:
            self.loudest = min(level, self.loudest) if self.speaking else level
            self.voiced = now
        self.speaking = voice or (self.speaking and now - self.voiced <= HOLD)
        return Heard(self.source, level, voice) if self.speaking else None

    def _is_voice(self, level: float, now: float) -> bool:
        noise = self.noise.floor(now)
        if self.speaking:
            return level <= min(ENDS, noise - STAY, self.loudest + DROP)
        return level <= min(BEGINS, noise - RISE)


class Speakers:
    """The sounds of one worker; one entry per source until it is forgotten."""

    def __init__(self) -> None:
        self._sounds: dict[SourceId, _Sound] = {}

    def heard(self, source: SourceId, level: float) -> None:
        """An open sound was as loud as this since it was judged before, in -dBov on average."""
        self._sounds.setdefault(source, _Sound(source)).level = level

    def forget(self, source: SourceId) -> None:
        """A sound has ended or its gate was shut."""
        self._sounds.pop(source, None)

    def speaking(self, now: float) -> list[Heard]:
        """Who is heard now, loudest first; a sound of which nothing was told is silent."""
        judged = (sound.judge(now) for sound in self._sounds.values())
        heard = [one for one in judged if one is not None]
        return sorted(heard, key=lambda one: one.level)
