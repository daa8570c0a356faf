"""The screens of a classroom: give out a code, bind one by it, list them, unbind one."""

from datetime import UTC, datetime
from typing import TypedDict

from server.access.codes import screen_code
from server.access.guesses import Guess, Guesses, Kind
from server.access.ids import uuid7
from server.access.logins import digest_of, fresh_token
from server.access.screen_codes import OfferedCode, ScreenCodes
from server.actions.acting import check, concern, entry
from server.actions.sign_in import From
from server.programme.classroom import Classroom
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action
from server.programme.screen import Screen
from server.store.database import Database
from server.store.screens import Screens

TOUCH_AFTER = 60.0
"""Seconds after which a request of a screen is noted again."""


class CodeWords(TypedDict):
    """A code that nobody has typed yet."""

    code: str
    ends: str


class ScreenWords(TypedDict):
    """A screen as pages are given it."""

    id: str
    bound: str
    seen: str


class ClassroomScreens(TypedDict):
    """A classroom's screens as pages are given them."""

    screens: list[ScreenWords]
    offered: CodeWords | None


class Binding:
    """Binds screens; codes and the count of wrong guesses live as long as the server."""

    def __init__(self, database: Database, codes: ScreenCodes, guesses: Guesses) -> None:
        self._screens = Screens(database)
        self._codes = codes
        self._guesses = guesses

    async def offer(self, acting: Acting, classroom: str, now: float) -> CodeWords:
        """A code for a classroom's screen, in the place of the one before.

        Raises:
            RefusedError: there is no such classroom, or this is not allowed.
        """
        await self._mine(acting, classroom)
        return _code(self._codes.offer(classroom, acting, now))

    async def listed(self, acting: Acting, classroom: str, now: float) -> ClassroomScreens:
        """A classroom's screens, and the code that was offered.

        Raises:
            RefusedError: as `offer`.
        """
        await self._mine(acting, classroom)
        offered = self._codes.offered(classroom, now)
        return ClassroomScreens(
            screens=[_screen(one) for one in await self._screens.of(classroom)],
            offered=None if offered is None else _code(offered),
        )

    async def unbind(
        self, acting: Acting, classroom: str, screen: str, now: float
    ) -> ClassroomScreens:
        """Take a screen's classroom away; what is left.

        Raises:
            RefusedError: as `offer`, or it is not this classroom's.
        """
        await self._mine(acting, classroom)
        if screen not in {one.id for one in await self._screens.of(classroom)}:
            raise RefusedError(Refusal.SCREEN_UNKNOWN)
        await self._screens.unbind(screen, entry(acting, Action.BIND_ROOM, _utc(now)))
        return await self.listed(acting, classroom, now)

    async def bind(self, typed: str, source: From, key: bytes | None = None) -> tuple[Screen, str]:
        """Make a browser the screen of the classroom whose code was typed; its cookie's token.

        By its `key` it comes back when it loses that cookie.

        Raises:
            RefusedError: no classroom has this code, or too many were tried.
        """
        code = screen_code(typed)
        guess = Guess(kind=Kind.SCREEN_CODE, address=source.address)
        self._guesses.admit(guess, source.tick)
        offered = self._codes.take(code, source.now)
        self._guesses.right(guess)
        classroom = await self._screens.classroom(offered.classroom)
        if classroom is None:
            raise RefusedError(Refusal.SCREEN_CODE_WRONG)
        now, token = _utc(source.now), fresh_token()
        screen = Screen(
            id=uuid7(), classroom=classroom, bound=now, bound_by=offered.by.id, seen=now
        )
        line = entry(offered.by, Action.BIND_ROOM, now)
        await self._screens.bind(screen, digest_of(token), line, key)
        return screen, token

    async def known(self, token: str, now: float) -> Screen:
        """The screen whose cookie this is.

        Raises:
            RefusedError: it was never bound, or was unbound.
        """
        screen = await self._screens.by_digest(digest_of(token)) if token else None
        if screen is None:
            raise RefusedError(Refusal.SCREEN_UNBOUND)
        if now - screen.seen.timestamp() >= TOUCH_AFTER:
            await self._screens.touch(screen.id, _utc(now))
        return screen

    async def _mine(self, acting: Acting, classroom: str) -> Classroom:
        found = await self._screens.classroom(classroom)
        if found is None:
            raise RefusedError(Refusal.CLASSROOM_UNKNOWN)
        check(acting, Action.BIND_ROOM, concern(found.organisation))
        return found


def _utc(now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC)


def _code(offered: OfferedCode) -> CodeWords:
    return CodeWords(code=offered.code, ends=_utc(offered.ends).isoformat())


def _screen(screen: Screen) -> ScreenWords:
    return ScreenWords(id=screen.id, bound=screen.bound.isoformat(), seen=screen.seen.isoformat())
