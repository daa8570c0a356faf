"""A classroom's screens over HTTP, for whoever may bind them."""

from aiohttp import web

from server.actions.screens import Binding
from server.web.doorkeeper import Doorkeeper
from server.web.source import Sources


class ScreenPages:
    """Handlers of the list of a classroom's screens."""

    def __init__(self, binding: Binding, keeper: Doorkeeper, sources: Sources) -> None:
        self._binding = binding
        self._keeper = keeper
        self._sources = sources

    async def listed(self, request: web.Request) -> web.StreamResponse:
        """The screens, and the code that waits to be typed."""
        acting = await self._keeper.acting(request)
        return web.json_response(await self._binding.listed(acting, *self._which(request)))

    async def offer(self, request: web.Request) -> web.StreamResponse:
        """A new code."""
        acting = await self._keeper.acting(request)
        return web.json_response(await self._binding.offer(acting, *self._which(request)))

    async def unbind(self, request: web.Request) -> web.StreamResponse:
        """Take a screen's classroom away."""
        acting, screen = await self._keeper.acting(request), request.match_info["screen"]
        classroom, now = self._which(request)
        return web.json_response(await self._binding.unbind(acting, classroom, screen, now))

    def _which(self, request: web.Request) -> tuple[str, float]:
        return request.match_info["classroom"], self._sources.of(request).now
