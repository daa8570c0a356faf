"""Rosters over HTTP: a file is tried, given back with reasons, let in; a class's names."""

from datetime import UTC, datetime

from aiohttp import web

from server.actions.rosters import Options, Rosters, Upload
from server.documents.survey import MAX_BYTES
from server.documents.words import Language
from server.web.doorkeeper import Doorkeeper
from server.web.uploads import bytes_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RosterPages:
    """Handlers of rosters; a file is the body itself, at most `MAX_BYTES` of it."""

    def __init__(self, keeper: Doorkeeper, rosters: Rosters) -> None:
        self._keeper = keeper
        self._rosters = rosters

    async def check(self, request: web.Request) -> web.StreamResponse:
        """What a file would change."""
        acting, school = await self._keeper.acting(request), request.match_info["id"]
        return web.json_response(
            await self._rosters.check(acting, school, _upload(request), _options(request))
        )

    async def returned(self, request: web.Request) -> web.StreamResponse:
        """The bad rows of a file, as a file."""
        acting, school = await self._keeper.acting(request), request.match_info["id"]
        body = await self._rosters.returned(acting, school, _upload(request), _options(request))
        return web.Response(body=body, content_type=XLSX)

    async def take_in(self, request: web.Request) -> web.StreamResponse:
        """Let a file in."""
        acting, school = await self._keeper.acting(request), request.match_info["id"]
        now = datetime.now(UTC)
        return web.json_response(
            await self._rosters.take_in(acting, school, _upload(request), _options(request), now)
        )

    async def pupils(self, request: web.Request) -> web.StreamResponse:
        """The names of a class; the look is logged."""
        acting, group = await self._keeper.acting(request), request.match_info["id"]
        found = await self._rosters.look(acting, group, datetime.now(UTC))
        return web.json_response({"pupils": found})

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Erase a name of a class."""
        acting, match = await self._keeper.acting(request), request.match_info
        await self._rosters.remove(acting, match["id"], match["pupil"], datetime.now(UTC))
        return web.json_response({})


def _options(request: web.Request) -> Options:
    query = request.query
    return Options(
        language=Language.EN if query.get("language") == Language.EN else Language.ZH,
        makes_classes=query.get("makes_classes") == "yes",
        drops_missing=query.get("drops_missing") == "yes",
    )


def _upload(request: web.Request) -> Upload:
    """Reads the body once it is wanted."""

    async def read() -> bytes:
        return await bytes_of(request, MAX_BYTES)

    return read
