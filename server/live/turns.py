"""When one sound talks: the levels of its voice in, finished turns out (pure).

What is a voice and what its room's noise, the media worker judges (`server.media.speaker`).
"""

from dataclasses import dataclass
from typing import Final

from signaling.rtp.extensions import SILENCE

READING: Final = 0.3
"""Seconds between two levels, and that each is the mean of: the worker's `LEVELS_PERIOD`."""
PAUSE: Final = 1.5
"""Seconds of quiet that end a turn: whoever breathes or looks for a word pauses for less."""
LEAST: Final = 0.5
"""Seconds of voice that make a turn: a cough, a knock or a moved chair has less."""
MOST: Final = 30.0
"""Seconds after which a turn is kept in pieces, so that a crash costs no more than one."""
WAVERS: Final = 6.0
"""dB within which a hum stays; a voice goes up and down by more."""
HUM_SECONDS: Final = 5.0
"""Seconds after which a turn that did not waver was none: a word or two may be of one loudness."""


@dataclass(frozen=True)
class Turn:
    """A stretch of talk, in lesson time."""

    began: float
    """When it was heard first."""
    ended: float
    """When it was heard last."""
    talked: float
    """Seconds of talk in it: less than its length only if it was put together from several."""

    def __add__(self, later: "Turn") -> "Turn":
        """Two turns kept as one."""
        return Turn(self.began, later.ended, self.talked + later.talked)


@dataclass
class _Open:
    """A turn that is not over."""

    began: float
    ended: float
    voiced: float = 0.0
    loudest: float = float(SILENCE)
    quietest: float = 0.0

    def hear(self, level: float, now: float) -> None:
        self.ended = now
        self.voiced += READING
        self.loudest, self.quietest = min(self.loudest, level), max(self.quietest, level)

    def turn(self) -> Turn | None:
        """What is kept of it; none if it was a noise or a hum."""
        length = self.ended - self.began
        hum = length >= HUM_SECONDS and self.quietest - self.loudest <= WAVERS
        return None if hum or self.voiced < LEAST else Turn(self.began, self.ended, length)


class Sound:
    """One source."""

    def __init__(self) -> None:
        self._open: _Open | None = None

    def heard(self, level: float | None, now: float) -> Turn | None:
        """The mean level (-dBov) of its voice over the `READING` before `now`, none without one.

        Gives the turn that ended with it.
        """
        finished = self.due(now - READING)
        if level is not None:
            if self._open is None:
                self._open = _Open(now - READING, now)
            self._open.hear(level, now)
        return finished or self._piece(now)

    def due(self, now: float) -> Turn | None:
        """The turn that was over by `now`, `PAUSE` after its last word."""
        if self._open is None or now - self._open.ended < PAUSE:
            return None
        return self.rest()

    def rest(self) -> Turn | None:
        """The turn that is going on, because there is no more to come."""
        finished = None if self._open is None else self._open.turn()
        self._open = None
        return finished

    def _piece(self, now: float) -> Turn | None:
        if self._open is None or self._open.ended < now or now - self._open.began < MOST:
            return None
        piece = self._open.turn()
        self._open = _Open(now, now)
        return piece
