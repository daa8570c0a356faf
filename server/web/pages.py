"""The web client: its HTML files and what they load."""

import asyncio
from importlib.resources import files
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

# A name with the hash of its content never changes what it means.
FOREVER = "public, max-age=31536000, immutable"


def built_client() -> Path:
    """Where the built web client lies, in a checkout and in a wheel."""
    return Path(str(files("client"))) / "dist"


class Pages:
    """Serves the client's HTML files and what they load."""

    def __init__(self, client: Path) -> None:
        self._client = client

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The pages of a lesson; the address says which one it shows."""
        return await self.file("index.html")

    async def office(self, request: web.Request) -> web.StreamResponse:
        """The pages of people who sign in."""
        return await self.file("office.html")

    @web.middleware
    async def lead_home(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Show people at an address that is none of ours how to go on; programs get the status."""
        try:
            return await handler(request)
        except web.HTTPNotFound:
            if "text/html" not in request.headers.get("Accept", ""):
                raise
        return await self.file("office.html", status=404)

    async def file(self, name: str, status: int = 200) -> web.StreamResponse:
        """One of the client's HTML files."""
        try:
            text = await asyncio.to_thread((self._client / name).read_bytes)
        except FileNotFoundError:
            raise web.HTTPServiceUnavailable(text="not built: npm run build") from None
        return web.Response(body=text, status=status, content_type="text/html", charset="utf-8")

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """A script, style sheet or picture of the client."""
        path = self._client / "assets" / request.match_info["name"]
        if not await asyncio.to_thread(path.is_file):
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": FOREVER})
