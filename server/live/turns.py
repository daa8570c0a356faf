"""When one sound talks: its levels in, finished turns out (pure).

A level comes for each `READING` in which the worker hears the sound; where none comes it was quiet.
"""

from collections import deque
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
LOUD: Final = 45.0
"""-dBov at which a voice begins, as for the active speaker (`server.media.speaker`)."""
FAINT: Final = 55.0
"""-dBov at which it is one no longer: a word's end is fainter than its beginning."""
RISE: Final = 10.0
"""dB by which a voice that begins stands out from the room's noise."""
STAY: Final = 5.0
"""dB by which one that goes on does: a noise that wavers changes nothing."""
DROP: Final = 20.0
"""dB below the loudest of a turn that are its room again: the ends of words lose less."""
NOISE_SECONDS: Final = 10.0
"""Seconds whose quietest level is the room's noise: nobody reads for so long without a breath."""
WAVERS: Final = 6.0
"""dB within which a hum stays; a voice goes up and down by more."""
HUM_SECONDS: Final = 5.0
"""Seconds after which a turn that did not waver was none: a word or two may be of one loudness."""
HOLE: Final = 2 * READING
"""Seconds without a level after which there was quiet."""


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
    """One source; remembers the levels of `NOISE_SECONDS`."""

    def __init__(self) -> None:
        self._levels: deque[tuple[float, float]] = deque()
        self._open: _Open | None = None

    def heard(self, level: float, now: float) -> Turn | None:
        """Its mean level (-dBov) over the `READING` before `now`; the turn that ended with it."""
        finished = self.due(now - READING)
        if self._levels and now - self._levels[-1][0] > HOLE:
            self._levels.clear()
        if self._is_voice(level, now):
            if self._open is None:
                self._open = _Open(now - READING, now)
            self._open.hear(level, now)
        self._levels.append((now, level))
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

    def _is_voice(self, level: float, now: float) -> bool:
        noise = self._noise(now)
        if self._open is None or self._open.ended < now - HOLE:
            return level <= min(LOUD, noise - RISE)
        return level <= min(FAINT, noise - STAY, self._open.loudest + DROP)

    def _noise(self, now: float) -> float:
        """The room's noise in -dBov; silence as long as it is not known for `NOISE_SECONDS`."""
        while self._levels and self._levels[0][0] < now - NOISE_SECONDS:
            self._levels.popleft()
        if not self._levels or self._levels[0][0] > now - NOISE_SECONDS + HOLE:
            return float(SILENCE)
        return max(level for _, level in self._levels)
