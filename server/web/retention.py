"""How long recordings are kept, and what was deleted, over HTTP for people who sign in."""

from datetime import UTC, date, datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.actions import retention
from server.documents.words import Language
from server.programme.retention import Terms
from server.store.database import Database
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper

MOST_ASKED = 50
"""Lessons of one question."""


class KeepBody(Body):
    """What somebody chooses."""

    until: Annotated[date, Field(strict=False)]
    """Up to which day; JSON has no days."""
    why: Annotated[str, Field(max_length=1000)]
    """What for."""


class RetentionPages:
    """Handlers of what is kept and what was deleted."""

    def __init__(self, keeper: Doorkeeper, database: Database, terms: Terms) -> None:
        self._keeper = keeper
        self._database = database
        self._terms = terms

    async def kept(self, request: web.Request) -> web.StreamResponse:
        """How long the recordings of some lessons are kept."""
        acting = await self._keeper.acting(request)
        lessons = request.query.getall("lesson", [])[:MOST_ASKED]
        found = await retention.kept(self._database, acting, lessons, self._terms)
        return web.json_response({"lessons": found})

    async def keep(self, request: web.Request) -> web.StreamResponse:
        """Choose to keep one."""
        acting, body = await self._keeper.acting(request), await read(request, KeepBody)
        lesson, now = request.match_info["lesson"], datetime.now(UTC)
        choosing = retention.Choosing(until=body.until, why=body.why)
        await retention.keep(self._database, acting, lesson, choosing, now)
        found = await retention.kept(self._database, acting, [lesson], self._terms)
        return web.json_response({"lessons": found})

    async def take_back(self, request: web.Request) -> web.StreamResponse:
        """Keep it no longer than others."""
        acting, lesson = await self._keeper.acting(request), request.match_info["lesson"]
        await retention.take_back(self._database, acting, lesson, datetime.now(UTC))
        found = await retention.kept(self._database, acting, [lesson], self._terms)
        return web.json_response({"lessons": found})

    async def certificates(self, request: web.Request) -> web.StreamResponse:
        """What was deleted."""
        acting = await self._keeper.acting(request)
        found = await retention.certificates(self._database, acting)
        return web.json_response({"certificates": found})

    async def certificates_file(self, request: web.Request) -> web.StreamResponse:
        """The same as a file."""
        acting = await self._keeper.acting(request)
        english = request.query.get("language") == Language.EN
        language = Language.EN if english else Language.ZH
        return web.Response(
            body=await retention.certificates_file(self._database, acting, language),
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": 'attachment; filename="certificates.csv"'},
        )
