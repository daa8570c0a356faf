"""The code in the QR of a classroom's screen; time is an argument, in seconds.

Whoever scans it stands in that room, or did a few minutes ago: a photograph is soon worth nothing.
It opens nothing by itself: the assistant's PIN is asked for besides. Kept in memory alone, for the
screen shows another after a restart.
"""

from dataclasses import dataclass

from server.access.logins import fresh_token
from server.programme.refusal import Refusal, RefusedError

RENEWED_AFTER = 300.0
"""Seconds after which the screen shows another."""
HOLDS = 900.0
"""Seconds one holds after it was made: time to scan, find oneself, and mistype a PIN."""


@dataclass(frozen=True, kw_only=True)
class _Shown:
    code: str
    classroom: str
    made: float


class RoomCodes:
    """The codes on the screens; of each classroom at most three hold at once."""

    def __init__(self) -> None:
        self._shown: list[_Shown] = []

    def of(self, classroom: str, now: float) -> str:
        """What a classroom's screens show now; all of its screens show the same."""
        self._drop_ended(now)
        for one in self._shown:
            if one.classroom == classroom and now - one.made < RENEWED_AFTER:
                return one.code
        made = _Shown(code=fresh_token(), classroom=classroom, made=now)
        self._shown.append(made)
        return made.code

    def classroom(self, code: str, now: float) -> str:
        """In which classroom somebody scanned it.

        Raises:
            RefusedError: no screen shows it, or has not for a while.
        """
        self._drop_ended(now)
        for one in self._shown:
            if one.code == code:
                return one.classroom
        raise RefusedError(Refusal.ROOM_CODE_OVER)

    def _drop_ended(self, now: float) -> None:
        self._shown = [one for one in self._shown if now - one.made < HOLDS]
