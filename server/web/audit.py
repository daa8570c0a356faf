"""The audit log over HTTP."""

from datetime import UTC, datetime

from aiohttp import web

from server.actions import audit_log
from server.store.database import Database
from server.web.doorkeeper import Doorkeeper
from signaling.errors import Code, UserError


class AuditPages:
    """Handlers of the audit log."""

    def __init__(self, keeper: Doorkeeper, database: Database) -> None:
        self._keeper = keeper
        self._database = database

    async def lines(self, request: web.Request) -> web.StreamResponse:
        """The last lines; up to a time, and older than a line, that the page names."""
        acting = await self._keeper.acting(request)
        until, before = _moment(request.query.get("until")), request.query.get("before")
        return web.json_response(await audit_log.lines(self._database, acting, until, before))


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UserError(Code.MALFORMED) from None
