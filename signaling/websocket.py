"""The aiohttp shell round a session: one task reads, one writes; bounded both ways."""

from aiohttp import web

from signaling.session import Attach


async def serve(request: web.Request, attach: Attach) -> web.WebSocketResponse:
    """Carry one device's connection from the upgrade to its end."""
    raise NotImplementedError
