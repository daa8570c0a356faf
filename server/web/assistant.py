"""A phone in a classroom over HTTP: it scanned the screen's QR."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.actions.assistants import Assistants
from server.actions.panel_sign_in import PanelSignIn
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper
from server.web.source import Sources

Typed = Annotated[str, Field(max_length=100)]


class Scanned(Body):
    """What the QR said."""

    code: Typed
    """The code."""


class Proof(Body):
    """Who the assistant is."""

    code: Typed
    """What the QR said."""
    person: Typed
    """Whom they picked."""
    pin: Typed
    """Four digits."""


class Yes(Body):
    """A teacher lets themselves in on a panel."""

    code: Typed
    """What the QR said."""
    screen: Typed
    """The panel that they were told."""


class PinBody(Body):
    """Four digits somebody chose."""

    pin: Typed
    """The PIN."""


class AssistantPages:
    """Handlers of phones in classrooms."""

    def __init__(
        self, assistants: Assistants, panels: PanelSignIn, keeper: Doorkeeper, sources: Sources
    ) -> None:
        self._assistants = assistants
        self._panels = panels
        self._keeper = keeper
        self._sources = sources

    async def look(self, request: web.Request) -> web.StreamResponse:
        """Where the QR was scanned, and who may help there."""
        body, now = await read(request, Scanned), self._sources.of(request).now
        return web.json_response(await self._assistants.look(body.code, now))

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """The link of this lesson, for a PIN."""
        body, source = await read(request, Proof), self._sources.of(request)
        token = await self._assistants.enter(body.code, body.person, body.pin, source)
        return web.json_response({"token": token})

    async def panel(self, request: web.Request) -> web.StreamResponse:
        """Which panel asks; for whoever is signed in."""
        signed, body = await self._keeper.signed(request), await read(request, Scanned)
        screen = await self._panels.asked_by(body.code, self._sources.of(request))
        return web.json_response(
            {
                "screen": screen.id,
                "classroom": screen.classroom.name,
                "school": screen.classroom.organisation.name,
                "name": signed.person.name,
            }
        )

    async def approve(self, request: web.Request) -> web.StreamResponse:
        """Say yes to it."""
        signed, body = await self._keeper.signed(request), await read(request, Yes)
        source = self._sources.of(request)
        await self._panels.approve(body.code, body.screen, signed.person.id, source)
        return web.json_response({})

    async def choose_pin(self, request: web.Request) -> web.StreamResponse:
        """Set one's own PIN."""
        signed, body = await self._keeper.signed(request), await read(request, PinBody)
        now = self._sources.of(request).now
        await self._assistants.choose(signed.person.id, body.pin, now)
        return web.json_response({})

    async def choose_pin_for(self, request: web.Request) -> web.StreamResponse:
        """Set somebody's PIN at one's school."""
        acting, body = await self._keeper.acting(request), await read(request, PinBody)
        person, now = request.match_info["person"], self._sources.of(request).now
        await self._assistants.choose_for(acting, person, body.pin, now)
        return web.json_response({})
