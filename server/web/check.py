"""The measuring half of `/check`: what a device asks to learn how its path to us is.

Whoever holds a check's link, a lesson's or a ticket of their own may measure; no lesson, row or
file is touched.
"""

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Final

from aiohttp import WSMsgType, web
from pydantic import Field

from server.access.check_links import CheckKey
from server.access.tokens import LinkKey
from server.live.check_desk import CheckDesk, Measured, Reported
from server.live.check_peers import CheckPeers
from server.web.bearer import token_of
from server.web.bodies import Body, read
from server.web.source import Sources
from signaling.errors import Code, TongkeError, UserError
from signaling.messages import IceServer
from signaling.offer import OFFER_LIMIT

MOST_OCTETS: Final = 1_000_000
"""Of one measured transfer: 0.5 s at 16 Mbit/s."""
TRANSFER_SECONDS: Final = 8.0
EXCHANGES: Final = 20
"""Round trips of one websocket."""
EXCHANGE_SECONDS: Final = 8.0
SHORT: Final = 256
"""Octets of a websocket message here."""

_NOISE: Final = secrets.token_bytes(65_536)  # nothing on the way can make it shorter
_Milliseconds = Annotated[float, Field(allow_inf_nan=False, ge=-1e12, le=1e12)]
_Share = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1)]
_Kbps = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e9)]


class Offered(Body):
    """The offers of a device that sends and is to get that back."""

    up: Annotated[str, Field(max_length=OFFER_LIMIT)]
    """Of the connection by which it sends."""
    down: Annotated[str, Field(max_length=OFFER_LIMIT)]
    """Of the one by which it gets it back."""


class Told(Body):
    """What a device found; see `Measured`."""

    device: Annotated[str, Field(min_length=8, max_length=32)]
    name: Annotated[str, Field(max_length=40)] = ""
    browser: Annotated[str, Field(max_length=60)] = ""
    https: bool
    websocket: bool
    udp: bool
    tcp: bool = False
    relay: bool = False
    udp_to: Annotated[str, Field(max_length=60)] | None = None
    rtt_ms: _Milliseconds | None = None
    up_kbps: _Kbps | None = None
    down_kbps: _Kbps | None = None
    clock_ms: _Milliseconds | None = None
    loss_up: _Share | None = None
    loss_down: _Share | None = None
    jitter_ms: _Milliseconds | None = None


class CheckPages:
    """Handlers of checks."""

    def __init__(
        self,
        checks: CheckKey,
        persons: CheckKey,
        links: LinkKey,
        desk: CheckDesk,
        peers: CheckPeers,
        sources: Sources,
        relays: Callable[[], tuple[IceServer, ...]],
    ) -> None:
        self._checks = checks
        self._persons = persons
        self._links = links
        self._desk = desk
        self._peers = peers
        self._sources = sources
        self._relays = relays

    async def peer(self, request: web.Request) -> web.StreamResponse:
        """Expect a device's media packets for a moment and send them back to it."""
        self._admit(request)
        body = await read(request, Offered)
        up, down = await self._peers.open(body.up, body.down)
        relays = [asdict(each) for each in self._relays()]
        return web.json_response({"up": up, "down": down, "ice_servers": relays})

    async def down(self, request: web.Request) -> web.StreamResponse:
        """So many octets of noise."""
        self._admit(request)
        wanted = request.query.get("octets", "")
        left = min(int(wanted), MOST_OCTETS) if wanted.isdecimal() and len(wanted) < 9 else 0
        response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        response.content_length = left
        with self._desk.transfer():
            await response.prepare(request)
            try:
                async with asyncio.timeout(TRANSFER_SECONDS):
                    while left > 0:
                        await response.write(_NOISE[:left])
                        left -= len(_NOISE)
            except TimeoutError:
                response.force_close()  # the device sees that not everything came
        return response

    async def up(self, request: web.Request) -> web.StreamResponse:
        """Take octets and forget them."""
        self._admit(request)
        try:
            async with asyncio.timeout(TRANSFER_SECONDS):
                return web.json_response({"octets": await self._swallowed(request)})
        except TimeoutError:
            raise web.HTTPRequestTimeout from None

    async def _swallowed(self, request: web.Request) -> int:
        octets = 0
        with self._desk.transfer():
            async for chunk in request.content.iter_any():
                octets += len(chunk)
                if octets > MOST_OCTETS:
                    raise UserError(Code.TOO_LARGE)
        return octets

    async def websocket(self, request: web.Request) -> web.StreamResponse:
        """Round trips: each text is answered at once with our clock; the first brings the token."""
        socket = web.WebSocketResponse(max_msg_size=SHORT, compress=False, timeout=1.0)
        await socket.prepare(request)
        try:
            async with asyncio.timeout(EXCHANGE_SECONDS):
                self._admit(request, await _text(socket))
                for _ in range(EXCHANGES):
                    said = {"said": await _text(socket), "utc_ms": _utc_ms()}
                    await socket.send_str(json.dumps(said))
        except (TimeoutError, TongkeError, ConnectionError):
            pass  # whoever measures sees a websocket that has closed
        await socket.close()
        return socket

    async def report(self, request: web.Request) -> web.StreamResponse:
        """Keep what a device found, for the doctor who waits."""
        run = self._admit(request)
        if run is None:
            raise UserError(Code.LINK_INVALID)  # nobody waits for it
        told = await read(request, Told)
        reported = Reported(
            measured=Measured(**told.model_dump()),
            host=request.host[:100],
            address=self._sources.of(request).address,
            at=datetime.now(UTC),
        )
        self._desk.report(run, reported)
        return web.json_response({})

    def _admit(self, request: web.Request, token: str | None = None) -> str | None:
        """Which check this is; none where somebody measures for themselves.

        Raises:
            UserError: the link is none of ours, or over.
            RefusedError: there are too many.
        """
        source = self._sources.of(request)
        self._desk.admit(source.address, source.tick)
        given = token_of(request) if token is None else token
        if _fits(self._persons, given, source.now):
            return None
        if _fits(self._checks, given, source.now):
            return self._checks.read(given, source.now)
        return f"lesson {self._links.read(given, source.now).lesson}"


def _fits(key: CheckKey, token: str, now: float) -> bool:
    """Whether a token was signed by this key; raises `UserError` if it was, and is over."""
    try:
        key.read(token, now)
    except UserError as error:
        if error.code is Code.LINK_EXPIRED:
            raise
        return False
    return True


def _utc_ms() -> float:
    return datetime.now(UTC).timestamp() * 1000


async def _text(socket: web.WebSocketResponse) -> str:
    message = await socket.receive()
    if message.type is not WSMsgType.TEXT:
        raise UserError(Code.MALFORMED)
    return str(message.data)
