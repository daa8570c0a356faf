"""Security headers of every answer, and errors as `{code, data}`."""

import json
import logging
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from server.programme.refusal import Refusal, RefusedError
from server.store.database import StoreUnavailableError
from server.web.remedy import host_of
from signaling.errors import Code, TongkeError

log = logging.getLogger(__name__)

_HOST = re.compile(r"[A-Za-z0-9.\-:\[\]]{1,255}")

STATUS = {
    Code.LINK_INVALID: 401,
    Code.LINK_EXPIRED: 401,
    Code.NOT_ALLOWED: 403,
    Code.LESSON_UNKNOWN: 404,
    Code.NO_SUCH_SOURCE: 404,
    Code.MALFORMED: 400,
    Code.TOO_LARGE: 413,
}
"""Codes with a status of their own; the others are a conflict with the state of things (409)."""

REFUSED = {
    Refusal.NOT_YOURS: 403,
    Refusal.PAGE_OLD: 403,
    Refusal.SIGN_IN_NEEDED: 401,
    Refusal.SIGN_IN_WRONG: 401,
    Refusal.SCREEN_UNBOUND: 401,
    Refusal.GUESSES_SPENT: 429,
    Refusal.CHECK_BUSY: 429,
    Refusal.SIGN_IN_BUSY: 503,
}
"""The same for refusals (RFC 9110, 15.5; RFC 6585, 4)."""


@web.middleware
async def coded_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a refusal with its code, which pages and programs have sentences for."""
    try:
        return await handler(request)
    except TongkeError as error:
        return _coded(STATUS.get(error.code, 409), code=error.code, data=dict(error.data))
    except RefusedError as error:
        status = REFUSED.get(error.refusal, 409)
        return _coded(status, refusal=error.refusal, data=dict(error.data))
    except StoreUnavailableError as error:
        log.warning("%s %s: not kept: %s", request.method, request.path, error)
        return _coded(503, refusal=Refusal.NOT_KEPT, data={})


def _coded(status: int, **body: object) -> web.Response:
    return web.Response(text=json.dumps(body), status=status, content_type="application/json")


Prepare = Callable[[web.Request, web.StreamResponse], Awaitable[None]]


def secured(successor: str | None, asks: int | None = None) -> Prepare:
    """Let pages load and run nothing but our own, and tell nobody where they were.

    Their signaling may go on at `successor`, a server whose links begin so, and they may ask it
    whether it answers; they may ask the HTTPS port `asks` of their own host.
    """
    others = () if successor is None else (urlsplit(successor).netloc,)

    async def secure(request: web.Request, response: web.StreamResponse) -> None:
        headers = response.headers
        headers["Content-Security-Policy"] = content_policy(
            request.host, *others, asks=_secure_origin(request, asks)
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(self), microphone=(self), display-capture=(self)"
        headers.setdefault("Cache-Control", "no-store")

    return secure


def _secure_origin(request: web.Request, port: int | None) -> str:
    host = host_of(request.host)
    return "" if port is None or host is None else f" https://{host}:{port}"


def content_policy(own: str, *others: str, asks: str = "") -> str:
    """The Content-Security-Policy of a page whose signaling is at these hosts.

    Safari before 15.4 does not count our own websocket as `'self'`, so it is named. Others may be
    asked too whether they answer.
    """
    sockets = "".join(f" ws://{host} wss://{host}" for host in _named(own, *others))
    answers = "".join(f" http://{host} https://{host}" for host in _named(*others))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            f"connect-src 'self'{sockets}{answers}{asks}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _named(*hosts: str) -> list[str]:
    """Those that may stand in a policy."""
    return [host for host in hosts if _HOST.fullmatch(host)]
