"""Who works where over HTTP: a list, accounts with their first passwords, capacities."""

from datetime import UTC, datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.access.hashing import Hashing
from server.actions import accounts, organisations, staff
from server.programme.rights import Action, Capacity
from server.store.database import Database
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper

Typed = Annotated[str, Field(max_length=1000)]


class PostBody(Body):
    """One capacity of somebody at one organisation."""

    login: Typed
    """What they sign in with."""
    capacity: Annotated[Capacity, Field(strict=False)]
    """Which; JSON has no enumerations."""
    organisation: Typed
    """The id of where."""


class AccountBody(PostBody):
    """Somebody new, with their first capacity."""

    name: Typed
    """What people call them."""


class LoginBody(Body):
    """Somebody by their sign-in name."""

    login: Typed
    """What they sign in with."""


class StaffPages:
    """Handlers of who works where."""

    def __init__(self, keeper: Doorkeeper, database: Database, hashing: Hashing) -> None:
        self._keeper = keeper
        self._database = database
        self._hashing = hashing

    async def staff(self, request: web.Request) -> web.StreamResponse:
        """Those that somebody may see; `part` of a name and `organisation` narrow it down."""
        acting = await self._keeper.acting(request)
        part, where = request.query.get("part", ""), request.query.get("organisation")
        found = await staff.listed(self._database, acting, part, where)
        places = await organisations.places(self._database, acting, Action.CHANGE_STAFF)
        return web.json_response({**found, "places": places})

    async def add(self, request: web.Request) -> web.StreamResponse:
        """Make an account; its first password is told in this answer and never again."""
        acting, body = await self._keeper.acting(request), await read(request, AccountBody)
        new = accounts.NewAccount(
            name=body.name,
            login=body.login,
            capacity=body.capacity,
            organisation=body.organisation,
        )
        return web.json_response(
            await accounts.add(self._database, self._hashing, acting, new, datetime.now(UTC))
        )

    async def give_password(self, request: web.Request) -> web.StreamResponse:
        """Give a new first password to somebody who has lost theirs."""
        acting, body = await self._keeper.acting(request), await read(request, LoginBody)
        now = datetime.now(UTC)
        return web.json_response(
            await accounts.give_first_password(
                self._database, self._hashing, acting, body.login, now
            )
        )

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Give somebody one more capacity."""
        acting, post = await self._keeper.acting(request), await _post(request)
        await staff.give(self._database, acting, post, datetime.now(UTC))
        return web.json_response({})

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Take a capacity from somebody."""
        acting, post = await self._keeper.acting(request), await _post(request)
        await staff.take(self._database, acting, post, datetime.now(UTC))
        return web.json_response({})


async def _post(request: web.Request) -> staff.Post:
    body = await read(request, PostBody)
    return staff.Post(login=body.login, capacity=body.capacity, organisation=body.organisation)
