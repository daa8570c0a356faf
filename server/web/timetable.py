"""The timetable over HTTP: the teacher's home, the week, lessons planned, changed and entered."""

from datetime import UTC, date, datetime, time
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field

from server.access.tokens import LinkKey
from server.actions import timetable as actions
from server.actions.entering import Door, enter
from server.actions.home import home, week
from server.actions.lesson_cards import cards
from server.actions.plan_choices import offered
from server.live.hall import Hall
from server.programme.attendance import SCHOOL_TIME
from server.programme.choices import WantedLearners, WantedPlace
from server.programme.pairing import Form
from server.programme.subject import Subject
from server.store.database import Database
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper
from signaling.errors import Code, UserError

Typed = Annotated[str, Field(max_length=1000)]
Id = Annotated[str, Field(min_length=1, max_length=64)]
People = Annotated[tuple[Id, ...], Field(max_length=20)]
LONGEST_PAGE_NUMBER = 4
"""Digits."""


class LearnersBody(Body):
    """Who learns in a room."""

    class_group: Id | None = None
    """A class; none for children brought together."""
    name: Typed = ""
    """What those are called."""
    part: Typed = ""
    """Which part of a class."""
    number: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = None
    """How many, of a part or of children brought together."""


class RoomBody(Body):
    """A room of the lesson."""

    classroom: Id
    """Which."""
    teachers: People = ()
    """Who teaches there."""
    assistants: People = ()
    """Who helps there."""
    learners: Annotated[tuple[LearnersBody, ...], Field(max_length=20)] = ()
    """Who learns there."""


class PlanBody(Body):
    """A lesson as somebody plans it."""

    form: Form
    """In which form."""
    subject: Subject
    """Which subject."""
    title: Typed
    """What it is about."""
    starts: AwareDatetime
    """The bell that begins it."""
    ends: AwareDatetime
    """The bell that ends it."""
    mixed_grades: Typed = ""
    """Why grades differ."""
    rooms: Annotated[tuple[RoomBody, ...], Field(min_length=1, max_length=20)]
    """The host room, then the receiving ones."""


class CallOffBody(Body):
    """Why a lesson does not take place."""

    why: Annotated[str, Field(max_length=4000)]
    """In a few words."""


class EnterBody(Body):
    """Which page of a lesson is to be opened."""

    page: Door = Door.LESSON
    """The lesson, its roll, or its replay."""


class TimetablePages:
    """Handlers of the timetable."""

    def __init__(
        self,
        keeper: Doorkeeper,
        database: Database,
        key: LinkKey,
        hall: Hall,
        terms: tuple[date, ...] = (),
    ) -> None:
        self._keeper = keeper
        self._database = database
        self._key = key
        self._hall = hall
        self._terms = terms

    async def home(self, request: web.Request) -> web.StreamResponse:
        """What a teacher sees first."""
        acting = await self._keeper.acting(request)
        found = await home(self._database, acting, self._hall.here, _now(), self._terms)
        return web.json_response(found)

    async def week(self, request: web.Request) -> web.StreamResponse:
        """A `page` of the lessons of a `day`'s week; of the whole school with `of=school`."""
        acting = await self._keeper.acting(request)
        own = request.query.get("of", "own") == "own"
        here, page = self._hall.here, _page(request)
        found = await week(self._database, acting, _day(request), here, own=own, page=page)
        return web.json_response(found)

    async def choices(self, request: web.Request) -> web.StreamResponse:
        """What a plan for a `day` may be made of."""
        acting = await self._keeper.acting(request)
        return web.json_response(await offered(self._database, acting, _day(request)))

    async def lesson(self, request: web.Request) -> web.StreamResponse:
        """One lesson."""
        acting = await self._keeper.acting(request)
        found = await actions.found(self._database, acting, request.match_info["lesson"])
        [card] = await cards(self._database, acting, [found], self._hall.here)
        return web.json_response(card)

    async def plan(self, request: web.Request) -> web.StreamResponse:
        """Plan a lesson."""
        acting, body = await self._keeper.acting(request), await read(request, PlanBody)
        made = await actions.plan(self._database, acting, _plan(body), _now())
        return web.json_response({"id": made.id}, status=201)

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Plan it anew."""
        acting, body = await self._keeper.acting(request), await read(request, PlanBody)
        lesson = request.match_info["lesson"]
        made = await actions.change(self._database, acting, lesson, _plan(body), _now())
        return web.json_response({"id": made.id})

    async def call_off(self, request: web.Request) -> web.StreamResponse:
        """Have it not take place."""
        acting, body = await self._keeper.acting(request), await read(request, CallOffBody)
        lesson = request.match_info["lesson"]
        await actions.call_off(self._database, acting, lesson, body.why, _now())
        return web.json_response({"id": lesson})

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """The address of one of its pages, for whoever asks."""
        acting, body = await self._keeper.acting(request), await read(request, EnterBody)
        lesson = request.match_info["lesson"]
        address = await enter(self._database, acting, self._key, lesson, body.page, _now())
        return web.json_response({"open": address})


def _plan(body: PlanBody) -> actions.NewPlan:
    return actions.NewPlan(
        form=body.form,
        subject=body.subject,
        title=body.title,
        starts=body.starts.astimezone(UTC),
        ends=body.ends.astimezone(UTC),
        mixed_grades=body.mixed_grades,
        rooms=tuple(
            WantedPlace(
                classroom=room.classroom,
                teachers=room.teachers,
                assistants=room.assistants,
                learners=tuple(
                    WantedLearners(
                        class_group=one.class_group,
                        name=one.name,
                        part=one.part,
                        number=one.number,
                    )
                    for one in room.learners
                ),
            )
            for room in body.rooms
        ),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _page(request: web.Request) -> int:
    """Which page of a list is asked for, from 0."""
    text = request.query.get("page", "0")
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_PAGE_NUMBER):
        raise UserError(Code.MALFORMED)
    return int(text)


def _day(request: web.Request) -> datetime:
    """The day that is asked for, as 2026-11-25 on a school's calendar; today if none is."""
    text = request.query.get("day")
    if text is None:
        return _now()
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UserError(Code.MALFORMED) from error
    return datetime.combine(day, time(12), SCHOOL_TIME)
