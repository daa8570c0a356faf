"""How often one receiver's sound is repeated, by what its path loses and carries. Pure."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from signaling.rtp.red import MOST

MORE: Final = (0.02, 0.08)
"""Above this share lost each packet repeats the one before it, above this the last two."""
RETURN: Final = 0.5
"""Of these shares: so little must be lost before it repeats less."""
RISES: Final = 2.0
"""Seconds that more must be lost before more is repeated."""
RESTS: Final = 10.0
"""Seconds that less must be lost before less is repeated."""
SOUND_MOST: Final = 0.5
"""Share of what there is that the sounds may take with all that is repeated of them."""

assert len(MORE) == MOST


class Copies:
    """Of one receiver; asked once a second or so."""

    def __init__(self) -> None:
        self._needed = 0
        self._changing: tuple[int, float] | None = None

    def step(self, loss: float, sound: float, room: float, now: float) -> int:
        """How many packets each one repeats from now on.

        Args:
            loss: share lost on the way, 0 to 1.
            sound: bits per second of all its sounds, nothing repeated.
            room: bits per second that its path carries.
            now: seconds.
        """
        self._judge(loss, now)
        count = self._needed
        while count and sound * (1 + count) > SOUND_MOST * room:
            count -= 1
        return count

    def _judge(self, loss: float, now: float) -> None:
        more = bisect_left(MORE, loss)
        less = bisect_left([RETURN * each for each in MORE], loss)
        wanted = max(more, min(less, self._needed))
        way = (wanted > self._needed) - (wanted < self._needed)
        if way == 0:
            self._changing = None
        elif self._changing is None or self._changing[0] != way:
            self._changing = way, now
        elif now - self._changing[1] >= (RISES if way > 0 else RESTS):
            self._needed, self._changing = wanted, None
