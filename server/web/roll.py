"""Roll call over HTTP, by the link of a room's teacher; the room's own link writes nothing."""

from datetime import UTC, datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.actions import rolls as actions
from server.live.hall import Hall, Visit
from server.programme.attendance import Numbers
from server.programme.lesson import Room
from server.store.rolls import Rolls
from server.web.bearer import token_of
from server.web.bodies import Body, read
from signaling.errors import Code, UserError

Count = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class Declared(Body):
    """What a teacher declares; whether it can be true is not decided here."""

    expected: Count
    """Who belongs here."""
    present: Count
    """Who came."""
    on_leave: Count
    """Who is excused."""
    why: Annotated[str, Field(max_length=4000)] = ""
    """Why it differs from what stood before."""
    after: Annotated[str, Field(max_length=64)] | None = None
    """The declaration that the page showed."""


class RollPages:
    """Handlers of a room's roll."""

    def __init__(self, hall: Hall, rolls: Rolls) -> None:
        self._hall = hall
        self._rolls = rolls

    async def roll(self, request: web.Request) -> web.StreamResponse:
        """The roll of the link's room."""
        visit, room = await self._visit(request)
        return web.json_response(
            {
                "title": visit.stored.lesson.title,
                **await actions.roll_of(self._rolls, visit.stored, room, datetime.now(UTC)),
            }
        )

    async def declare(self, request: web.Request) -> web.StreamResponse:
        """Declare it or correct it."""
        visit, room = await self._visit(request)
        body = await read(request, Declared)
        made = await actions.declare(
            self._rolls,
            visit.stored,
            room,
            declaring_of(body),
            _declarer(visit, room),
            datetime.now(UTC),
        )
        return web.json_response({"title": visit.stored.lesson.title, **made})

    async def _visit(self, request: web.Request) -> tuple[Visit, Room]:
        visit = await self._hall.visit(token_of(request))
        room = visit.stored.lesson.room(visit.claims.place)
        if room is None or not visit.rights.declares:
            raise UserError(Code.NOT_ALLOWED)
        return visit, room


def declaring_of(body: Declared) -> actions.Declaring:
    """What a body declares."""
    numbers = Numbers(expected=body.expected, present=body.present, on_leave=body.on_leave)
    return actions.Declaring(numbers=numbers, why=body.why, after=body.after)


def _declarer(visit: Visit, room: Room) -> str:
    """Who declares: the person that a link was given to, or whoever holds that room's link."""
    person = visit.claims.person
    return f"link:{room.participant}" if person is None else f"person:{person}"
