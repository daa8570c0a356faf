"""Who is behind a request: every page of signed-in people asks here first."""

from aiohttp import web

from server.access.logins import csrf_fits, digest_of, touched
from server.actions.logins import kept
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting
from server.store.logins import Logins, Signed
from server.web.source import Sources

CSRF = "X-Tongke-Page"
"""The header by which a page shows that it belongs to the login."""
SAFE = frozenset({"GET", "HEAD"})


class Doorkeeper:
    """Knows people by their login cookie, and turns away changes that no page of theirs sent."""

    def __init__(self, logins: Logins, sources: Sources) -> None:
        self._logins = logins
        self._sources = sources

    async def acting(self, request: web.Request) -> Acting:
        """Who asks, in the capacity they chose.

        Raises:
            RefusedError: nobody is signed in, or they have not chosen, or a change was not sent by
                a page of this login.
        """
        chosen = (await self.signed(request)).chosen
        if chosen is None:
            raise RefusedError(Refusal.CAPACITY_NOT_CHOSEN)
        return chosen.acting

    async def signed(self, request: web.Request) -> Signed:
        """Who asks, signed in with every factor.

        Raises:
            RefusedError: as `acting`, but for the capacity.
        """
        signed = await self.known(request)
        if signed is None or not signed.login.whole:
            raise RefusedError(Refusal.SIGN_IN_NEEDED)
        return signed

    async def known(self, request: web.Request) -> Signed | None:
        """Who asks, perhaps on the way in; none if no login holds.

        Raises:
            RefusedError: a change was not sent by a page of this login.
        """
        token = self._sources.token(request)
        signed = await self._logins.find(digest_of(token)) if token else None
        now = self._sources.of(request).now
        if signed is None or not kept(signed.login).holds(now):
            return None
        if request.method not in SAFE and not csrf_fits(token, request.headers.get(CSRF, "")):
            raise RefusedError(Refusal.PAGE_OLD)
        seen = touched(kept(signed.login), now).seen
        if seen != signed.login.seen:
            await self._logins.touch(signed.login.digest, seen)
        return signed
