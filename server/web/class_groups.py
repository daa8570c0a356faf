"""Class groups over HTTP, for people who sign in."""

from datetime import UTC, datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.actions import class_groups, organisations
from server.programme.class_group import Closing, Keeping
from server.programme.rights import Action
from server.store.database import Database
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper

Typed = Annotated[str, Field(max_length=1000)]


class ClassGroupBody(Body):
    """A class."""

    organisation: Typed
    """The id of its school; a change leaves that as it is."""
    name: Typed
    """As people write it."""
    keeping: Annotated[Keeping, Field(strict=False)]
    """What is kept of its pupils; JSON has no enumerations."""
    expected: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
    """How many there are."""
    class_teacher: Typed | None
    """An account."""


class ClosingBody(Body):
    """That a class is closed."""

    how: Annotated[Closing, Field(strict=False)]
    """Why."""


class ClassGroupPages:
    """Handlers of class groups."""

    def __init__(self, keeper: Doorkeeper, database: Database) -> None:
        self._keeper = keeper
        self._database = database

    async def class_groups(self, request: web.Request) -> web.StreamResponse:
        """Those that somebody may see."""
        acting, action = await self._keeper.acting(request), Action.CHANGE_CLASS_GROUP
        return web.json_response(
            {
                "class_groups": await class_groups.listed(self._database, acting),
                "places": await organisations.places(self._database, acting, action),
            }
        )

    async def add(self, request: web.Request) -> web.StreamResponse:
        """Make one."""
        acting, body = await self._keeper.acting(request), await read(request, ClassGroupBody)
        school, now = body.organisation, datetime.now(UTC)
        return web.json_response(
            await class_groups.add(self._database, acting, school, _typed(body), now)
        )

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Change one."""
        acting, body = await self._keeper.acting(request), await read(request, ClassGroupBody)
        which, now = request.match_info["id"], datetime.now(UTC)
        return web.json_response(
            await class_groups.change(self._database, acting, which, _typed(body), now)
        )

    async def close(self, request: web.Request) -> web.StreamResponse:
        """Close one."""
        acting, body = await self._keeper.acting(request), await read(request, ClosingBody)
        which, now = request.match_info["id"], datetime.now(UTC)
        return web.json_response(
            await class_groups.close(self._database, acting, which, body.how, now)
        )

    async def reopen(self, request: web.Request) -> web.StreamResponse:
        """Open one again."""
        acting, which = await self._keeper.acting(request), request.match_info["id"]
        now = datetime.now(UTC)
        return web.json_response(await class_groups.reopen(self._database, acting, which, now))


def _typed(body: ClassGroupBody) -> class_groups.TypedClassGroup:
    return class_groups.TypedClassGroup(
        name=body.name,
        keeping=body.keeping,
        expected=body.expected,
        class_teacher=body.class_teacher,
    )
