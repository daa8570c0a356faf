"""Where a request comes from, also behind a proxy."""

import time
from datetime import UTC, datetime

from aiohttp import web

from server.access.logins import cookie_name
from server.actions.sign_in import From

KNOWN = "tongke-known"
"""The cookie of a browser that somebody signed in on before."""


def screen_cookie(https: bool) -> str:
    """By what name the token of a classroom's screen comes."""
    return "__Host-tongke-room" if https else "tongke-room"


class Sources:
    """Reads requests; a proxy's word counts only where the server is told of one."""

    def __init__(self, *, behind_proxy: bool) -> None:
        self._behind_proxy = behind_proxy

    def https(self, request: web.Request) -> bool:
        """Whether the browser came by HTTPS."""
        if self._behind_proxy:
            return request.headers.get("X-Forwarded-Proto", "").strip().lower() == "https"
        return request.secure

    def of(self, request: web.Request) -> From:
        """Who asks, as far as a network knows."""
        return From(
            address=self._address(request),
            mark=request.cookies.get(KNOWN),
            now=datetime.now(UTC).timestamp(),
            tick=time.monotonic(),
            panel=self.screen(request) != "",
        )

    def token(self, request: web.Request) -> str:
        """The login cookie's token; empty when there is none."""
        return request.cookies.get(cookie_name(self.https(request)), "")

    def screen(self, request: web.Request) -> str:
        """The token of a classroom's screen; empty where the browser is none."""
        return request.cookies.get(screen_cookie(self.https(request)), "")

    def _address(self, request: web.Request) -> str:
        """The last hop alone was written by the proxy itself; those before it anybody can send."""
        hops = request.headers.get("X-Forwarded-For", "") if self._behind_proxy else ""
        return hops.rpartition(",")[2].strip() or request.remote or ""
