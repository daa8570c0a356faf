"""Attendance over HTTP for whoever signs in: lists, files of them, rolls declared and corrected."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.actions import attendance as actions
from server.actions import observers
from server.actions.absences import AbsencesWords, named, of_class
from server.actions.attendance_files import FileKind, absences_file, lessons_file, sums_file
from server.documents.words import Language
from server.programme.attendance import SCHOOL_TIME
from server.store.database import Database
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper
from server.web.roll import Declared, declaring_of
from signaling.errors import Code, UserError

TYPES = {
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.CSV: "text/csv",
}
USUAL = timedelta(days=7)
"""How far back a list goes if nobody says."""


class Listened(Body):
    """A teacher who listened and came by no account of theirs."""

    person: Annotated[str, Field(max_length=64)] | None = None
    """A colleague; none if a name is typed."""
    name: Annotated[str, Field(max_length=200)] = ""
    """What was typed."""


class AttendancePages:
    """Handlers of attendance."""

    def __init__(self, keeper: Doorkeeper, database: Database) -> None:
        self._keeper = keeper
        self._database = database

    async def lessons(self, request: web.Request) -> web.StreamResponse:
        """Each lesson from `from` to `to`; of one class with `class`."""
        return web.json_response(await self._lessons(request))

    async def sums(self, request: web.Request) -> web.StreamResponse:
        """Each class from `from` to `to`."""
        return web.json_response(await self._sums(request))

    async def lessons_file(self, request: web.Request) -> web.StreamResponse:
        """The list of lessons as a file; with `names=1` who was missing, and the look is logged."""
        kind, language = FileKind(request.match_info["kind"]), _language(request)
        found = await self._lessons(request)
        marked = None
        if request.query.get("names") == "1":
            acting = await self._keeper.acting(request)
            marked = await named(self._database, acting, found, _now())
        return _file(request, await lessons_file(found, kind, language, marked), kind)

    async def sums_file(self, request: web.Request) -> web.StreamResponse:
        """The list of classes as a file."""
        kind = FileKind(request.match_info["kind"])
        found = await self._sums(request)
        return _file(request, await sums_file(found, kind, _language(request)), kind)

    async def declare(self, request: web.Request) -> web.StreamResponse:
        """Declare or correct the roll of one room."""
        acting, body = await self._keeper.acting(request), await read(request, Declared)
        lesson, room = request.match_info["lesson"], request.match_info["room"]
        declaring = declaring_of(body)
        return web.json_response(
            await actions.declare(self._database, acting, lesson, room, declaring, _now())
        )

    async def names(self, request: web.Request) -> web.StreamResponse:
        """The names of one room; the look is logged."""
        acting = await self._keeper.acting(request)
        lesson, room = request.match_info["lesson"], request.match_info["room"]
        found = await actions.names(self._database, acting, lesson, room, _now())
        return web.json_response({"pupils": found})

    async def colleagues(self, request: web.Request) -> web.StreamResponse:
        """Who may be added to those who listened to a lesson."""
        acting, lesson = await self._keeper.acting(request), request.match_info["lesson"]
        return web.json_response(
            {"colleagues": await observers.colleagues(self._database, acting, lesson)}
        )

    async def add_observer(self, request: web.Request) -> web.StreamResponse:
        """Add one of them, or a name that was typed."""
        acting, body = await self._keeper.acting(request), await read(request, Listened)
        new = observers.NewObserver(person=body.person, name=body.name)
        lesson = request.match_info["lesson"]
        told = await observers.add(self._database, acting, lesson, new, _now())
        return web.json_response({"observers": told})

    async def take_observer_back(self, request: web.Request) -> web.StreamResponse:
        """Take back who was added by hand."""
        acting = await self._keeper.acting(request)
        lesson, line = request.match_info["lesson"], request.match_info["observer"]
        told = await observers.take_back(self._database, acting, lesson, line, _now())
        return web.json_response({"observers": told})

    async def absences(self, request: web.Request) -> web.StreamResponse:
        """How often each pupil of a class was missing from `from` to `to`; the look is logged."""
        return web.json_response(await self._absences(request))

    async def absences_file(self, request: web.Request) -> web.StreamResponse:
        """The same as a file."""
        kind = FileKind(request.match_info["kind"])
        found = await self._absences(request)
        return _file(request, await absences_file(found, kind, _language(request)), kind)

    async def _absences(self, request: web.Request) -> AbsencesWords:
        acting, group = await self._keeper.acting(request), request.match_info["id"]
        return await of_class(self._database, acting, group, _span(request), _now())

    async def _lessons(self, request: web.Request) -> actions.LessonsWords:
        acting, group = await self._keeper.acting(request), request.query.get("class")
        return await actions.lessons(self._database, acting, _span(request), _now(), group)

    async def _sums(self, request: web.Request) -> actions.SumsWords:
        acting = await self._keeper.acting(request)
        return await actions.sums(self._database, acting, _span(request))


def _file(request: web.Request, body: bytes, kind: FileKind) -> web.Response:
    span = _span(request)
    name = f"attendance-{span.first}-{span.last}.{kind}"
    return web.Response(
        body=body,
        content_type=TYPES[kind],
        charset="utf-8" if kind is FileKind.CSV else None,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _span(request: web.Request) -> actions.Span:
    """The days as 2026-11-25; up to today, and back a week, if none are given."""
    try:
        last = _day(request, "to") or _now().astimezone(SCHOOL_TIME).date()
        return actions.Span(first=_day(request, "from") or last - USUAL, last=last)
    except (ValueError, OverflowError) as error:
        raise UserError(Code.MALFORMED) from error


def _day(request: web.Request, name: str) -> date | None:
    text = request.query.get(name)
    return None if text is None else date.fromisoformat(text)


def _language(request: web.Request) -> Language:
    return Language.EN if request.query.get("language") == Language.EN else Language.ZH


def _now() -> datetime:
    return datetime.now(UTC)
