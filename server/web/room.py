"""The screen on a classroom's wall over HTTP: bound by a code, known by its cookie or its key."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, Field

from server.access.logins import DAY, Cookie, cookie
from server.access.room_codes import RoomCodes
from server.access.screen_proofs import public_key
from server.access.tokens import LinkKey
from server.actions.panel_sign_in import PanelSignIn
from server.actions.room_day import Occasions, day_of
from server.actions.screen_return import ScreenReturn
from server.actions.screens import Binding
from server.programme.screen import Screen
from server.web.bodies import Body, read
from server.web.remedy import host_of
from server.web.source import Sources, screen_cookie

Typed = Annotated[str, Field(max_length=100)]
Octets = Annotated[bytes, Field(max_length=100)]
"""In base64url."""
PublicKey = Annotated[Octets, AfterValidator(public_key)]
HERE_ALONE = ("localhost", "127.0.0.1", "[::1]")
"""Hosts that no phone reaches."""
KEPT = 400 * DAY
"""Seconds: the longest that browsers keep a cookie (RFC 6265bis, 5.5); each look renews it."""


class CodeBody(Body):
    """What somebody types on an unbound screen."""

    code: Typed
    """Six digits."""
    key: PublicKey | None = None
    """By what it comes back without its cookie; none where the browser makes no keys."""


class ProofBody(Body):
    """What a screen without its cookie shows."""

    key: PublicKey
    """The one it was bound with."""
    nonce: Typed
    """What it was given to sign."""
    signature: Octets
    """The nonce signed."""


class SecretBody(Body):
    """What a panel kept to itself."""

    secret: Typed
    """Of the request that it collects."""


class RoomPages:
    """Handlers of a classroom's screen."""

    def __init__(
        self,
        binding: Binding,
        returning: ScreenReturn,
        occasions: Occasions,
        codes: RoomCodes,
        panels: PanelSignIn,
        sources: Sources,
        key: LinkKey,
        bases: Callable[[], Sequence[str]],
    ) -> None:
        self._binding = binding
        self._returning = returning
        self._occasions = occasions
        self._codes = codes
        self._panels = panels
        self._sources = sources
        self._key = key
        self._bases = bases

    async def day(self, request: web.Request) -> web.StreamResponse:
        """What takes place here now, the link by which it is entered, and the code of the QR."""
        screen = await self.screen(request)
        now = datetime.now(UTC)
        day = await day_of(screen, self._occasions, self._key, now)
        lesson = day["lesson"]
        code = None
        if lesson is not None and not lesson["host"]:
            code = self._codes.of(screen.classroom.id, now.timestamp())
        response = web.json_response({**day, "code": code, "base": self._base(request)})
        self._keep(request, response, self._sources.screen(request))
        return response

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """The page begins: this browser is the room's and nobody's besides."""
        await self.screen(request)
        await read(request, Body)
        await self._panels.begin(self._sources.token(request), self._sources.of(request))
        return web.json_response({})

    async def bind(self, request: web.Request) -> web.StreamResponse:
        """Make this browser a classroom's screen."""
        body = await read(request, CodeBody)
        screen, token = await self._binding.bind(body.code, self._sources.of(request), body.key)
        response = web.json_response({"classroom": screen.classroom.name})
        self._keep(request, response, token)
        return response

    async def nonce(self, request: web.Request) -> web.StreamResponse:
        """What a screen that lost its cookie is to sign."""
        await read(request, Body)
        return web.json_response({"nonce": self._returning.ask(self._sources.of(request))})

    async def prove(self, request: web.Request) -> web.StreamResponse:
        """Give a screen its cookie anew."""
        body, source = await read(request, ProofBody), self._sources.of(request)
        screen, token = await self._returning.prove(body.key, body.nonce, body.signature, source)
        response = web.json_response({"classroom": screen.classroom.name})
        self._keep(request, response, token)
        return response

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """Show a code by which a phone lets its teacher in here."""
        screen = await self.screen(request)
        await read(request, Body)
        asking = self._panels.ask(screen, self._sources.of(request))
        return web.json_response({**asking._asdict(), "base": self._base(request)})

    async def collect(self, request: web.Request) -> web.StreamResponse:
        """Whether somebody said yes; then this browser is signed in."""
        screen, body = await self.screen(request), await read(request, SecretBody)
        found = await self._panels.collect(screen, body.secret, self._sources.of(request))
        response = web.json_response({"signed_in": found is not None})
        if found is not None:
            response.set_cookie(**vars(cookie(*found, self._sources.https(request))))
        return response

    async def screen(self, request: web.Request) -> Screen:
        """Which screen asks.

        Raises:
            RefusedError: it was never bound, or was unbound.
        """
        token = self._sources.screen(request)
        return await self._binding.known(token, self._sources.of(request).now)

    def _keep(self, request: web.Request, response: web.Response, token: str) -> None:
        """Give the screen its cookie; no script reads it and no other site sends it."""
        kept = Cookie(
            name=screen_cookie(self._sources.https(request)),
            value=token,
            max_age=int(KEPT),
            secure=self._sources.https(request),
        )
        response.set_cookie(**vars(kept))

    def _base(self, request: web.Request) -> str:
        """How a link begins that a phone in the room can open."""
        own = f"{'https' if self._sources.https(request) else 'http'}://{request.host}"
        if host_of(request.host) not in HERE_ALONE:
            return own
        return next((one for one in self._bases() if not _here_alone(one)), own)


def _here_alone(base: str) -> bool:
    return host_of(base.partition("://")[2]) in HERE_ALONE
