"""The audit log over HTTP."""

import asyncio
from datetime import UTC, datetime

from aiohttp import web

from server.actions import audit_log
from server.documents.words import Language
from server.programme.deed import Deed
from server.programme.rights import Action
from server.store.audit_lines import Asked
from server.store.database import Database
from server.web.doorkeeper import Doorkeeper
from signaling.errors import Code, UserError

LONGEST = 100
"""Characters of what a page may ask for; names are shorter."""


class AuditPages:
    """Handlers of the audit log."""

    def __init__(self, keeper: Doorkeeper, database: Database) -> None:
        self._keeper = keeper
        self._database = database
        self._writing = asyncio.Lock()

    async def lines(self, request: web.Request) -> web.StreamResponse:
        """The last of the lines that the page asks for, older than the one that it names."""
        acting = await self._keeper.acting(request)
        asked, before = _asked(request), _text(request, "before") or None
        return web.json_response(await audit_log.lines(self._database, acting, asked, before))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """All of them as a file; one is made at a time, for each takes seconds of a core."""
        acting = await self._keeper.acting(request)
        english = request.query.get("language") == Language.EN
        language = Language.EN if english else Language.ZH
        asked, now = _asked(request), datetime.now(UTC)
        async with self._writing:
            body = await audit_log.file(self._database, acting, asked, now, language)
        return web.Response(
            body=body,
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
        )


def _asked(request: web.Request) -> Asked:
    return Asked(
        until=_moment(request, "until") or datetime.now(UTC),
        since=_moment(request, "since"),
        who=_text(request, "who").strip(),
        what=_what(_text(request, "what")),
        organisation=_text(request, "organisation") or None,
    )


def _text(request: web.Request, name: str) -> str:
    text = request.query.get(name, "")
    if len(text) > LONGEST:
        raise UserError(Code.MALFORMED)
    return text


def _what(text: str) -> Action | Deed | None:
    for kind in (Action, Deed):
        if text in {one.value for one in kind}:
            return kind(text)
    if text:
        raise UserError(Code.MALFORMED)
    return None


def _moment(request: web.Request, name: str) -> datetime | None:
    text = _text(request, name)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UserError(Code.MALFORMED) from None
