"""Signing in over HTTP, and what a page knows of whoever is signed in."""

from typing import Annotated, TypedDict

from aiohttp import web
from pydantic import Field

from server.access.familiar import KEEP_FOR, fresh_mark
from server.access.logins import cookie, csrf_token
from server.access.steps import Step
from server.actions.sign_in import Begun, SignIn
from server.programme.people import Appointment
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Capacity
from server.store.logins import Logins, Signed
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper
from server.web.source import KNOWN, Sources

Typed = Annotated[str, Field(max_length=1000)]


class NameAndPassword(Body):
    """What the first page sends."""

    login: Typed
    """The sign-in name."""
    password: Typed
    """The password."""


class NewPassword(Body):
    """An own password instead of a first one."""

    password: Typed
    """The new one."""


class OtherPassword(Body):
    """A change of one's password."""

    old: Typed
    """The one until now."""
    new: Typed
    """The one from now on."""


class Shown(Body):
    """A second factor."""

    code: Typed
    """Of the authenticator, or of recovery."""


class Choice(Body):
    """In what capacity somebody acts from now on."""

    capacity: Typed
    """Which."""
    organisation: Typed
    """Where."""


class CapacityWords(TypedDict):
    """A capacity as pages are given it."""

    capacity: str
    organisation: str
    organisation_name: str
    organisation_kind: str


class Me(TypedDict):
    """Who is signed in, and what comes next."""

    step: Step
    name: str
    login: str
    capacities: list[CapacityWords]
    chosen: CapacityWords | None
    page: str
    recovery: list[str]


class SignInPages:
    """Handlers of signing in and out."""

    def __init__(
        self, sign_in: SignIn, logins: Logins, keeper: Doorkeeper, sources: Sources, key: bytes
    ) -> None:
        self._sign_in = sign_in
        self._logins = logins
        self._keeper = keeper
        self._sources = sources
        self._key = key

    async def me(self, request: web.Request) -> web.StreamResponse:
        """Who is signed in on this browser."""
        signed = await self._keeper.known(request)
        return web.json_response(await self._me(signed, self._sources.token(request)))

    async def by_password(self, request: web.Request) -> web.StreamResponse:
        """Name and password."""
        body = await read(request, NameAndPassword)
        source = self._sources.of(request)
        return await self._begun(
            request, await self._sign_in.by_password(body.login, body.password, source)
        )

    async def own_password(self, request: web.Request) -> web.StreamResponse:
        """An own password instead of a first one."""
        signed, body = await self._halfway(request), await read(request, NewPassword)
        source = self._sources.of(request)
        return await self._begun(
            request, await self._sign_in.own_password(signed, body.password, source)
        )

    async def offer(self, request: web.Request) -> web.StreamResponse:
        """A key for an authenticator."""
        signed = await self._halfway(request)
        return web.json_response({"uri": await self._sign_in.offer_authenticator(signed)})

    async def by_code(self, request: web.Request) -> web.StreamResponse:
        """A code of the authenticator, or of recovery."""
        signed, body = await self._halfway(request), await read(request, Shown)
        source = self._sources.of(request)
        return await self._begun(request, await self._sign_in.by_code(signed, body.code, source))

    async def change_password(self, request: web.Request) -> web.StreamResponse:
        """Another password of somebody who is signed in."""
        signed, body = await self._keeper.signed(request), await read(request, OtherPassword)
        source = self._sources.of(request)
        return await self._begun(
            request, await self._sign_in.change_password(signed, body.old, body.new, source)
        )

    async def choose(self, request: web.Request) -> web.StreamResponse:
        """Act in another capacity."""
        signed, body = await self._keeper.signed(request), await read(request, Choice)
        wanted = (body.capacity, body.organisation)
        if wanted not in {(one.capacity, one.organisation.id) for one in signed.appointments}:
            raise RefusedError(Refusal.NOT_YOURS)
        digest = signed.login.digest
        await self._logins.choose(digest, Capacity(body.capacity), body.organisation)
        found = await self._logins.find(digest)
        return web.json_response(await self._me(found, self._sources.token(request)))

    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        """Forget this browser."""
        signed = await self._keeper.known(request)
        if signed is not None:
            await self._sign_in.sign_out(signed, self._sources.of(request))
        return web.json_response(await self._me(None, ""))

    async def _halfway(self, request: web.Request) -> Signed:
        signed = await self._keeper.known(request)
        if signed is None:
            raise RefusedError(Refusal.SIGN_IN_NEEDED)
        return signed

    async def _begun(self, request: web.Request, begun: Begun) -> web.StreamResponse:
        signed = await self._logins.find(begun.login.digest)
        me = await self._me(signed, begun.token, begun.recovery)
        response = web.json_response(me)
        self._keep(request, response, begun)
        return response

    def _keep(self, request: web.Request, response: web.Response, begun: Begun) -> None:
        """Give the browser its cookies; the mark only to one whose owner showed everything."""
        https = self._sources.https(request)
        response.set_cookie(**vars(cookie(begun.login, begun.token, https)))
        if begun.login.whole:
            mark = fresh_mark(self._key, begun.name)
            response.set_cookie(
                KNOWN, mark, max_age=KEEP_FOR, httponly=True, samesite="Lax", secure=https
            )

    async def _me(self, signed: Signed | None, token: str, recovery: tuple[str, ...] = ()) -> Me:
        if signed is None:
            return Me(
                step=Step.PASSWORD,
                name="",
                login="",
                capacities=[],
                chosen=None,
                page="",
                recovery=[],
            )
        return Me(
            step=await self._sign_in.step(signed),
            name=signed.person.name,
            login=signed.person.login,
            capacities=[_words(one) for one in signed.appointments],
            chosen=None if signed.chosen is None else _words(signed.chosen),
            page=csrf_token(token),
            recovery=list(recovery),
        )


def _words(held: Appointment) -> CapacityWords:
    return CapacityWords(
        capacity=held.capacity,
        organisation=held.organisation.id,
        organisation_name=held.organisation.name,
        organisation_kind=held.organisation.kind,
    )
