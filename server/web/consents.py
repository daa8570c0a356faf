"""Parents' consent over HTTP, for people who sign in."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.actions import consents
from server.store.database import Database
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper
from server.web.uploads import bytes_of

Typed = Annotated[str, Field(max_length=1000)]


class ConsentBody(Body):
    """What somebody declares."""

    signed_on: Annotated[date, Field(strict=False)]
    """The day of the last signature; JSON has no days."""
    exceptions: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
    """How many are not to be recorded."""
    excepted: Annotated[tuple[Typed, ...], Field(max_length=500, strict=False)] = ()
    """Who, of a class by roster."""
    form: Typed
    """The attached form."""
    why: Typed = ""
    """Why it differs from what stood before."""
    after: Typed | None = None
    """The declaration that the page showed."""


class WithdrawalBody(Body):
    """That it is taken back."""

    why: Typed
    """Why."""
    after: Typed | None
    """The declaration that the page showed."""


class ConsentPages:
    """Handlers of parents' consent; `wake` has the job runner look for work at once."""

    def __init__(
        self, keeper: Doorkeeper, database: Database, data: Path, wake: Callable[[], None]
    ) -> None:
        self._keeper = keeper
        self._database = database
        self._data = data
        self._wake = wake

    async def listed(self, request: web.Request) -> web.StreamResponse:
        """How far the classes that somebody may see have agreed."""
        acting = await self._keeper.acting(request)
        return web.json_response({"classes": await consents.listed(self._database, acting)})

    async def consent(self, request: web.Request) -> web.StreamResponse:
        """All that was declared of one class."""
        acting = await self._keeper.acting(request)
        return web.json_response(await consents.of(self._database, acting, _group(request)))

    async def attach(self, request: web.Request) -> web.StreamResponse:
        """Keep a form."""
        acting = await self._keeper.acting(request)
        data = await bytes_of(request, consents.LARGEST_FORM)
        name = await consents.attach(self._database, acting, _group(request), data, self._data)
        return web.json_response({"form": name})

    async def form(self, request: web.Request) -> web.StreamResponse:
        """The form that was declared."""
        acting, name = await self._keeper.acting(request), request.match_info["form"]
        path = await consents.form(self._database, acting, _group(request), name, self._data)
        return web.FileResponse(path)

    async def declare(self, request: web.Request) -> web.StreamResponse:
        """Declare it or correct it."""
        acting, body = await self._keeper.acting(request), await read(request, ConsentBody)
        typed = consents.TypedConsent(**{**vars(body), "excepted": frozenset(body.excepted)})
        now, group = datetime.now(UTC), _group(request)
        return web.json_response(
            await consents.declare(self._database, acting, group, typed, self._data, now)
        )

    async def withdraw(self, request: web.Request) -> web.StreamResponse:
        """Take it back."""
        acting, body = await self._keeper.acting(request), await read(request, WithdrawalBody)
        now, group = datetime.now(UTC), _group(request)
        over = await consents.withdraw(self._database, acting, group, body.why, body.after, now)
        self._wake()
        return web.json_response(over)


def _group(request: web.Request) -> str:
    return request.match_info["id"]
