"""The replay of a lesson: what happened and its media, to whoever may still see them."""

from aiohttp import web

from server.live.hall import Hall
from server.web.bearer import token_of
from signaling.errors import Code, UserError


class ReplayPages:
    """Handlers of recordings."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def replay(self, request: web.Request) -> web.StreamResponse:
        """Everything a player needs but the media."""
        await self._hall.visit(token_of(request))
        raise UserError(Code.NOT_STARTED)

    async def media(self, request: web.Request) -> web.StreamResponse:
        """A part of a track."""
        await self._hall.visit(token_of(request))
        raise UserError(Code.NO_SUCH_SOURCE)
