"""Roll call over HTTP, by the link of a room's teacher; the room's own link writes nothing.

Names are shown to a person who was proved and may see them; a link that is nobody's shows numbers.
"""

from datetime import UTC, datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.actions import roll_names
from server.actions import rolls as actions
from server.live.hall import Hall, Visit
from server.programme.attendance import LARGEST, Numbers
from server.programme.attendance_marks import Mark
from server.programme.lesson import Room
from server.programme.refusal import Refusal, RefusedError
from server.store.database import Database
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
    observing: Count = 0
    """Teachers who sat in to listen."""
    marks: Annotated[dict[str, Mark], Field(max_length=LARGEST)] | None = None
    """By roster: the pupils who were not simply there; the numbers are then counted from them."""
    why: Annotated[str, Field(max_length=4000)] = ""
    """Why it differs from what stood before."""
    after: Annotated[str, Field(max_length=64)] | None = None
    """The declaration that the page showed."""


class RollPages:
    """Handlers of a room's roll."""

    def __init__(self, hall: Hall, database: Database) -> None:
        self._hall = hall
        self._database = database
        self._rolls = Rolls(database)

    async def roll(self, request: web.Request) -> web.StreamResponse:
        """The roll of the link's room."""
        visit, room = await self._visit(request)
        found = await actions.roll_of(self._rolls, visit.stored, room, datetime.now(UTC))
        return await self._answer(visit, room, found)

    async def names(self, request: web.Request) -> web.StreamResponse:
        """The names of the link's room; the look is logged."""
        visit, room = await self._visit(request)
        person, now = visit.claims.person, datetime.now(UTC)
        found = await roll_names.names_by_link(self._database, room, person, now)
        return web.json_response({"pupils": found})

    async def declare(self, request: web.Request) -> web.StreamResponse:
        """Declare it or correct it."""
        visit, room = await self._visit(request)
        body = await read(request, Declared)
        person = visit.claims.person
        if body.marks is not None and not await roll_names.by_name(self._database, room, person):
            raise RefusedError(Refusal.NOT_YOURS)
        made = await actions.declare(
            self._rolls,
            visit.stored,
            room,
            declaring_of(body),
            _declarer(visit, room),
            datetime.now(UTC),
        )
        return await self._answer(visit, room, made)

    async def _answer(
        self, visit: Visit, room: Room, roll: actions.RollWords
    ) -> web.StreamResponse:
        by_name = await roll_names.by_name(self._database, room, visit.claims.person)
        title = visit.stored.lesson.title
        return web.json_response({"title": title, "by_name": by_name, **roll})

    async def _visit(self, request: web.Request) -> tuple[Visit, Room]:
        visit = await self._hall.visit(token_of(request))
        room = visit.stored.lesson.room(visit.claims.place)
        if room is None or not visit.rights.declares:
            raise UserError(Code.NOT_ALLOWED)
        return visit, room


def declaring_of(body: Declared) -> actions.Declaring:
    """What a body declares."""
    numbers = Numbers(
        expected=body.expected,
        present=body.present,
        on_leave=body.on_leave,
        observing=body.observing,
    )
    return actions.Declaring(numbers=numbers, why=body.why, after=body.after, marks=body.marks)


def _declarer(visit: Visit, room: Room) -> str:
    """Who declares: the person that a link was given to, or whoever holds that room's link."""
    person = visit.claims.person
    return f"link:{room.participant}" if person is None else f"person:{person}"
