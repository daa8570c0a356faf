"""How a pupil at home joins one lesson: its teachers give out a code, the code opens its door."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from server.access.codes import fresh_join_code, join_code
from server.access.guesses import Guess, Guesses, Kind
from server.access.tokens import Claims, LinkKey
from server.actions.sign_in import From
from server.programme.refusal import Refusal, RefusedError
from server.store.join_codes import JoinCodes
from signaling.errors import Code, UserError
from signaling.events import Role
from signaling.ids import LessonId

CODE_HOURS = 12
"""How long a code opens a lesson that nobody ends: from the morning to the evening of a school."""

DRAWS = 5
"""Codes drawn until one is free: of 28^6 a thousand are taken, so even two are rare."""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """By what pupils join a lesson."""

    code: str
    """What they type."""
    expires: datetime
    """When it ends, if the lesson does not end before."""


@dataclass(frozen=True, kw_only=True)
class Joining:
    """The doors of the lessons, for pupils with a code."""

    codes: JoinCodes
    """Which code opens which lesson."""
    key: LinkKey
    """Signs what a code is exchanged for."""
    guesses: Guesses
    """How often somebody may try."""

    async def invitation(self, lesson: str, now: datetime) -> Invitation:
        """The code of a lesson; made when it has none.

        Raises:
            UserError: the lesson is gone.
        """
        for _ in range(DRAWS):
            known = await self.codes.of(lesson, now)
            if known is not None:
                return Invitation(code=known[0], expires=known[1])
            made = await self._drawn(lesson, now, instead=False)
            if made is not None:
                return made
        raise UserError(Code.LESSON_UNKNOWN)

    async def another(self, lesson: str, now: datetime) -> Invitation:
        """A new code of a lesson; the one before opens nothing any more.

        Raises:
            UserError: the lesson is gone.
        """
        for _ in range(DRAWS):
            made = await self._drawn(lesson, now, instead=True)
            if made is not None:
                return made
        raise UserError(Code.LESSON_UNKNOWN)

    async def _drawn(self, lesson: str, now: datetime, *, instead: bool) -> Invitation | None:
        code, expires = fresh_join_code(), now + timedelta(hours=CODE_HOURS)
        kept = await self.codes.put(lesson, code, expires, now, instead=instead)
        return Invitation(code=code, expires=expires) if kept else None

    async def token(self, typed: str, asking: From) -> str:
        """The token of a pupil's link, for a code.

        Raises:
            RefusedError: there is no such code just now, or too many were tried.
        """
        code = join_code(typed)
        guess = Guess(kind=Kind.JOIN_CODE, address=asking.address)
        self.guesses.admit(guess, asking.tick)
        found = await self.codes.lesson(code, datetime.fromtimestamp(asking.now, UTC))
        if found is None:
            raise RefusedError(Refusal.JOIN_CODE_UNKNOWN)
        self.guesses.right(guess)
        lesson, expires = found
        exp = int(expires.timestamp())
        return self.key.sign(Claims(lesson=LessonId(lesson), role=Role.PUPIL, exp=exp))
