"""Six-digit codes by which a screen becomes a classroom's; time is an argument, in seconds.

The school's admin sees the code and types it on the screen, so it is good once and not for long.
They are kept in memory alone: after a restart the admin asks for another.
"""

from dataclasses import dataclass

from server.access.codes import fresh_screen_code
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting

HOLDS = 600.0
"""Seconds: from the office to the classroom and back once."""
MOST_OPEN = 1000
"""Codes at once, one of each classroom; a guess among a million then finds one in a thousand."""


@dataclass(frozen=True, kw_only=True)
class OfferedCode:
    """A code that somebody may type."""

    code: str
    """Six digits."""
    classroom: str
    """Whose screen it makes."""
    by: Acting
    """Who gave it out, and answers for what it binds."""
    ends: float
    """Until when it holds."""


class ScreenCodes:
    """The codes that hold just now; a classroom's next one takes the place of the one before."""

    def __init__(self) -> None:
        self._offered: dict[str, OfferedCode] = {}

    def offer(self, classroom: str, by: Acting, now: float) -> OfferedCode:
        """A new code for a classroom.

        Raises:
            RefusedError: too many hold.
        """
        self._drop_ended(now)
        self._offered.pop(classroom, None)
        if len(self._offered) >= MOST_OPEN:
            raise RefusedError(Refusal.SIGN_IN_BUSY)
        taken = {one.code for one in self._offered.values()}
        code = next(code for code in iter(fresh_screen_code, "") if code not in taken)
        made = OfferedCode(code=code, classroom=classroom, by=by, ends=now + HOLDS)
        self._offered[classroom] = made
        return made

    def offered(self, classroom: str, now: float) -> OfferedCode | None:
        """The code of a classroom that nobody has typed yet."""
        self._drop_ended(now)
        return self._offered.get(classroom)

    def take(self, code: str, now: float) -> OfferedCode:
        """Use a code up.

        Raises:
            RefusedError: none is this, or no more.
        """
        self._drop_ended(now)
        found = next((one for one in self._offered.values() if one.code == code), None)
        if found is None:
            raise RefusedError(Refusal.SCREEN_CODE_WRONG)
        return self._offered.pop(found.classroom)

    def _drop_ended(self, now: float) -> None:
        self._offered = {key: one for key, one in self._offered.items() if now < one.ends}
