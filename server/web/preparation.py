"""Preparing a lesson together over HTTP; files are taken as a body and given as a download."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from aiohttp import web
from pydantic import Field

from server.actions import preparation as actions
from server.programme.preparation import LARGEST_FILE
from server.store.database import Database
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper
from server.web.uploads import bytes_of
from signaling.errors import Code, UserError

LONGEST_TYPED = 255
"""Characters of a name that is sent with a file; more no file system knows."""


class NoteBody(Body):
    """A note that is saved."""

    text: Annotated[str, Field(max_length=20_000)]
    """What it says."""
    after: Annotated[str, Field(max_length=64)] | None = None
    """The note that its author saw."""


class ReadyBody(Body):
    """What one's own side says."""

    ready: bool
    """Whether it is ready."""


class PreparationPages:
    """Handlers of what is prepared."""

    def __init__(self, keeper: Doorkeeper, database: Database, data: Path) -> None:
        self._keeper = keeper
        self._database = database
        self._data = data

    async def look(self, request: web.Request) -> web.StreamResponse:
        """What is prepared for a lesson."""
        acting = await self._keeper.acting(request)
        return web.json_response(await actions.look(self._database, acting, _lesson(request)))

    async def write(self, request: web.Request) -> web.StreamResponse:
        """Save a note."""
        acting, body = await self._keeper.acting(request), await read(request, NoteBody)
        lesson = _lesson(request)
        told = await actions.write(self._database, acting, lesson, body.text, body.after, _now())
        return web.json_response(told)

    async def say_ready(self, request: web.Request) -> web.StreamResponse:
        """Say whether one's own side is ready."""
        acting, body = await self._keeper.acting(request), await read(request, ReadyBody)
        lesson, now = _lesson(request), _now()
        told = await actions.say_ready(self._database, acting, lesson, now, ready=body.ready)
        return web.json_response(told)

    async def attach(self, request: web.Request) -> web.StreamResponse:
        """Put a file to it; the body is the file, `name` what it is called."""
        acting, name = await self._keeper.acting(request), request.query.get("name", "")
        if len(name) > LONGEST_TYPED:
            raise UserError(Code.MALFORMED)
        # Who may not write is told so before they have sent it all.
        await actions.check_writing(self._database, acting, _lesson(request))
        upload = actions.Upload(name=name, content=await bytes_of(request, LARGEST_FILE))
        told = await actions.attach(
            self._database, acting, _lesson(request), upload, self._data, _now()
        )
        return web.json_response(told)

    async def handout(self, request: web.Request) -> web.StreamResponse:
        """A file, for the browser to keep, never to show or run (RFC 6266, RFC 8187)."""
        acting = await self._keeper.acting(request)
        lesson, handout = _lesson(request), request.match_info["file"]
        name, path = await actions.handout(self._database, acting, lesson, handout, self._data)
        disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        return web.FileResponse(
            path,
            headers={
                "Content-Disposition": disposition,
                "Content-Type": "application/octet-stream",
            },
        )

    async def detach(self, request: web.Request) -> web.StreamResponse:
        """Delete a file."""
        acting = await self._keeper.acting(request)
        lesson, handout = _lesson(request), request.match_info["file"]
        told = await actions.detach(self._database, acting, lesson, handout, self._data, _now())
        return web.json_response(told)


def _lesson(request: web.Request) -> str:
    return request.match_info["lesson"]


def _now() -> datetime:
    return datetime.now(UTC)
