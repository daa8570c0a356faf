"""The one page in plain HTTP: `/setup`, where a device comes to trust the own certificate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from server.web import headers, trust
from server.web.pages import Pages
from server.web.remedy import host_of

THEN = ("/lesson", "/replay", "/roll", "/check", "/check-devices")
"""Pages that may be asked for here by mistake, and are opened once the device trusts us."""


@dataclass(frozen=True, kw_only=True)
class Trusted:
    """What devices are to trust, and for which addresses."""

    authority: str
    """The authority's certificate, as PEM."""
    port: int
    """The HTTPS port."""
    bases: Callable[[], Sequence[str]]
    """Tells what links begin with now."""


class SetupPages:
    """Handlers of the set-up port."""

    def __init__(self, pages: Pages, trusted: Trusted) -> None:
        self._pages = pages
        self._trusted = trusted

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page itself."""
        return await self._pages.file("setup.html")

    async def about(self, request: web.Request) -> web.StreamResponse:
        """What the page tells people and tests."""
        mark = trust.fingerprint(self._trusted.authority)
        return web.json_response({"origin": self._origin(request), "fingerprint": mark})

    async def certificate(self, request: web.Request) -> web.StreamResponse:
        """The authority for Windows, Android and browsers."""
        body = trust.der(self._trusted.authority)
        return _file("tongke-ca.crt", "application/x-x509-ca-cert", body)

    async def pem(self, request: web.Request) -> web.StreamResponse:
        """The authority as text, for `tongke room --ca` and other programs."""
        body = self._trusted.authority.encode("ascii")
        return _file("tongke-ca.pem", "application/x-pem-file", body)

    async def profile(self, request: web.Request) -> web.StreamResponse:
        """The authority for iPhone and iPad."""
        body = trust.mobileconfig(self._trusted.authority)
        return _file("tongke.mobileconfig", "application/x-apple-aspen-config", body)

    async def policy(self, request: web.Request) -> web.StreamResponse:
        """Camera, microphone and sound without a question, for Chrome and Edge on Windows."""
        found = (self._origin(request), *self._trusted.bases())
        body = trust.windows_policy(dict.fromkeys(found))
        return _file("tongke-policy.reg", "application/octet-stream", body)

    async def kiosk(self, request: web.Request) -> web.StreamResponse:
        """Starts a Windows panel with our page alone."""
        body = trust.windows_kiosk(self._origin(request))
        return _file("tongke-kiosk.cmd", "application/octet-stream", body)

    async def elsewhere(self, request: web.Request) -> web.StreamResponse:
        """Everything else leads to the page; the browser keeps what stands after `#`."""
        then = f"?then={request.path}" if request.path in THEN else ""
        raise web.HTTPFound(f"/setup{then}")

    def _origin(self, request: web.Request) -> str:
        """How HTTPS pages begin for whoever came by this address."""
        host = host_of(request.host)
        return self._trusted.bases()[0] if host is None else f"https://{host}:{self._trusted.port}"


def _file(name: str, content_type: str, body: bytes) -> web.Response:
    """A file that is kept under a name."""
    disposition = f'attachment; filename="{name}"'
    response = web.Response(body=body, headers={"Content-Disposition": disposition})
    response.content_type = content_type
    return response


def make_setup_app(pages: Pages, trusted: Trusted) -> web.Application:
    """The application of the set-up port."""
    setup = SetupPages(pages, trusted)
    app = web.Application()
    app.on_response_prepare.append(headers.secured(None, asks=trusted.port))
    app.add_routes(
        [
            web.get("/setup", setup.page),
            web.get("/setup/about", setup.about),
            web.get("/setup/ca.crt", setup.certificate),
            web.get("/setup/ca.pem", setup.pem),
            web.get("/setup/tongke.mobileconfig", setup.profile),
            web.get("/setup/windows-policy.reg", setup.policy),
            web.get("/setup/windows-kiosk.cmd", setup.kiosk),
            web.get(r"/assets/{name:[A-Za-z0-9._-]+}", pages.asset),
            web.get("/{other:.*}", setup.elsewhere),
        ]
    )
    return app
