"""Tickets by which whoever is signed in, and a classroom's own screen, measure the path to us.

A ticket opens the measuring half of `/check` alone, for minutes, and says nothing of its holder.
"""

import secrets
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from server.access.check_links import NAME_BYTES, CheckKey
from server.live.check_desk import CheckDesk
from server.programme.refusal import Refusal, RefusedError
from server.programme.screen import Screen
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper
from server.web.source import Sources

TICKET_SECONDS: Final = 120
"""A check of the devices and the network takes half a minute."""


class CheckTickets:
    """One handler."""

    def __init__(
        self,
        key: CheckKey,
        desk: CheckDesk,
        keeper: Doorkeeper,
        screen: Callable[[web.Request], Awaitable[Screen]],
        sources: Sources,
    ) -> None:
        self._key = key
        self._desk = desk
        self._keeper = keeper
        self._screen = screen
        self._sources = sources

    async def ticket(self, request: web.Request) -> web.StreamResponse:
        """A new ticket, bounded in number for each who asks."""
        source = self._sources.of(request)
        self._desk.admit(source.address, source.tick)
        await read(request, Body)
        self._desk.grant(await self._who(request), source.tick)
        name, ends = secrets.token_hex(NAME_BYTES), int(source.now) + TICKET_SECONDS
        return web.json_response({"ticket": self._key.sign(name, ends)})

    async def _who(self, request: web.Request) -> str:
        """A person first: on a panel a teacher may be signed in.

        Raises:
            RefusedError: nobody is signed in here, and it is no classroom's screen.
        """
        try:
            return f"person {(await self._keeper.signed(request)).login.person}"
        except RefusedError as error:
            if error.refusal is not Refusal.SIGN_IN_NEEDED:
                raise
            try:
                return f"screen {(await self._screen(request)).id}"
            except RefusedError:
                raise error from None
