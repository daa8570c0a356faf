"""The grades of a school rise, over HTTP: tried, then done."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.actions import raising
from server.programme.class_names import GRADES
from server.programme.rights import Acting
from server.store.database import Database
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper

Told = Annotated[str, Field(max_length=100)]
MOST = 500
"""Classes of a request."""

Work = Callable[[Database, Acting, str, raising.Wanted, datetime], Awaitable[raising.RaisingWords]]


class RaisingBody(Body):
    """How they are to rise."""

    top: Annotated[int, Field(ge=GRADES.start, lt=GRADES.stop)] | None = None
    """The last grade of the school; none: as its classes tell."""
    stay: Annotated[tuple[Told, ...], Field(max_length=MOST, strict=False)] = ()
    """Ids of classes that do not rise."""
    after: Told | None = None
    """When it was done last in this school year, as the page was told."""


class RaisingPages:
    """Handlers of grades that rise."""

    def __init__(self, keeper: Doorkeeper, database: Database) -> None:
        self._keeper = keeper
        self._database = database

    async def check(self, request: web.Request) -> web.StreamResponse:
        """What would become of the classes."""
        return await self._do(request, raising.tried)

    async def apply(self, request: web.Request) -> web.StreamResponse:
        """Have it done."""
        return await self._do(request, raising.done)

    async def _do(self, request: web.Request, work: Work) -> web.StreamResponse:
        acting, body = await self._keeper.acting(request), await read(request, RaisingBody)
        wanted = raising.Wanted(top=body.top, stay=frozenset(body.stay), after=body.after)
        school, now = request.match_info["id"], datetime.now(UTC)
        return web.json_response(await work(self._database, acting, school, wanted, now))
