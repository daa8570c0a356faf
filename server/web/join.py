"""Joining a lesson by a code over HTTP: a teacher's link shows it, anybody may type it."""

import ipaddress
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import Field

from server.actions.joining import Invitation, Joining
from server.live.hall import Hall
from server.web.bearer import token_of
from server.web.bodies import Body, read
from server.web.remedy import host_of
from server.web.source import Sources
from signaling.errors import Code, UserError


class Typed(Body):
    """What a pupil types."""

    code: Annotated[str, Field(max_length=100)]
    """The code, as it was typed."""


class JoinPages:
    """Handlers of join codes; `bases` are what links of this server may begin with."""

    def __init__(
        self, hall: Hall, joining: Joining, sources: Sources, bases: Callable[[], Sequence[str]]
    ) -> None:
        self._hall = hall
        self._joining = joining
        self._sources = sources
        self._bases = bases

    async def invitation(self, request: web.Request) -> web.StreamResponse:
        """The code of the lesson, for its teachers; from the first time on there is one."""
        lesson = await self._lesson(request)
        return self._answer(request, await self._joining.invitation(lesson, datetime.now(UTC)))

    async def another(self, request: web.Request) -> web.StreamResponse:
        """A new code; the old one opens nothing any more."""
        lesson = await self._lesson(request)
        return self._answer(request, await self._joining.another(lesson, datetime.now(UTC)))

    async def join(self, request: web.Request) -> web.StreamResponse:
        """The token of a pupil's link, for a code."""
        typed = await read(request, Typed)
        token = await self._joining.token(typed.code, self._sources.of(request))
        return web.json_response({"token": token}, headers={"Cache-Control": "no-store"})

    async def _lesson(self, request: web.Request) -> str:
        visit = await self._hall.visit(token_of(request))
        if not visit.rights.invites:
            raise UserError(Code.NOT_ALLOWED)
        return visit.stored.lesson.id

    def _answer(self, request: web.Request, made: Invitation) -> web.StreamResponse:
        base = self._base(request)
        body = {
            "code": made.code,
            "link": f"{base}/join#{made.code}",
            "expires": made.expires.isoformat(),
        }
        return web.json_response(body, headers={"Cache-Control": "no-store"})

    def _base(self, request: web.Request) -> str:
        """What a phone can reach: how the teacher came, if others can come that way."""
        scheme = "https" if self._sources.https(request) else "http"
        came = f"{scheme}://{request.host}"
        others = [base for base in self._bases() if not _is_lonely(urlsplit(base).netloc)]
        alone = host_of(request.host) is None or _is_lonely(request.host)
        return others[0] if alone and others else came


def _is_lonely(host: str) -> bool:
    """Whether a host is this machine to itself: `localhost` or a loopback address."""
    name = (host_of(host) or "").strip("[]")
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
