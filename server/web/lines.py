"""Lines of schools over HTTP: for those who look after equipment, and for classrooms' screens."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.actions import lines
from server.programme.link import LinkTest
from server.programme.screen import Screen
from server.store.database import Database
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper
from signaling.errors import Code, UserError

Typed = Annotated[str, Field(max_length=40)]
_Kbps = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e9)]
_Share = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1)]


class BudgetBody(Body):
    """How much a line carries, as it was typed, in kbit/s."""

    down: Typed
    """Towards the school."""
    up: Typed
    """From it."""


class TestBody(Body):
    """What the check on a screen found; see `LinkTest`."""

    websocket: bool
    media: bool
    down_kbps: _Kbps | None
    up_kbps: _Kbps | None
    loss_down: _Share | None
    loss_up: _Share | None


class LinePages:
    """Handlers of lines."""

    def __init__(
        self,
        keeper: Doorkeeper,
        database: Database,
        screen: Callable[[web.Request], Awaitable[Screen]],
    ) -> None:
        self._keeper = keeper
        self._database = database
        self._screen = screen

    async def listed(self, request: web.Request) -> web.StreamResponse:
        """Those of the schools within reach."""
        acting, now = await self._keeper.acting(request), datetime.now(UTC)
        return web.json_response({"lines": await lines.listed(self._database, acting, now)})

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Say how much one carries."""
        acting, body = await self._keeper.acting(request), await read(request, BudgetBody)
        which, now = request.match_info["id"], datetime.now(UTC)
        return web.json_response(
            await lines.set_budget(self._database, acting, which, body.down, body.up, now)
        )

    async def history(self, request: web.Request) -> web.StreamResponse:
        """What was sent on one in the last `days`."""
        acting, which = await self._keeper.acting(request), request.match_info["id"]
        days, now = _days(request), datetime.now(UTC)
        return web.json_response(await lines.history(self._database, acting, which, days, now))

    async def test(self, request: web.Request) -> web.StreamResponse:
        """What a classroom's screen measured; `kept` says whether it is the budget now."""
        screen, body = await self._screen(request), await read(request, TestBody)
        found, now = LinkTest(**body.model_dump()), datetime.now(UTC)
        return web.json_response(
            {"kept": await lines.take_test(self._database, screen, found, now)}
        )


def _days(request: web.Request) -> int:
    text = request.query.get("days", "7")
    if text not in {str(one) for one in lines.SPANS}:
        raise UserError(Code.MALFORMED)
    return int(text)
