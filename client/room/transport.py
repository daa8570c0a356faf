"""One association with the server: ICE and DTLS-SRTP by aiortc's own objects.

Every private name of aiortc 1.16 that the room leans on stands in this file: the two methods by
which a DTLS transport hands on what it decrypted, the one by which it sends, and its role.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aiortc import (
    RTCCertificate,
    RTCDtlsTransport,
    RTCIceCandidate,
    RTCIceGatherer,
    RTCIceServer,
    RTCIceTransport,
)

from client.room.offers import Local, Remote
from client.room.tunnel import Tunnel, is_passive
from signaling.messages import IceServer

CONNECT_S = 8.0
"""A peer that is not connected by then is given up and made anew."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """By what a peer tries to reach the server."""

    relays: tuple[IceServer, ...] = ()
    """TURN servers; none for the direct way alone."""
    seconds: float = CONNECT_S
    """How long it may take."""


DIRECT = Way()


class Receiver(Protocol):
    """Whoever takes what a transport receives; awaited before the next packet is read."""

    async def rtp(self, packet: bytes, now: float) -> None:
        """One decrypted RTP packet."""
        ...

    async def rtcp(self, packet: bytes, now: float) -> None:
        """One decrypted RTCP packet, maybe compound."""
        ...


class _Dtls(RTCDtlsTransport):
    """aiortc's DTLS transport, with packets handed on as bytes instead of to its receivers."""

    receiver: Receiver

    async def _handle_rtp_data(self, data: bytes, arrival_time_ms: int) -> None:
        await self.receiver.rtp(data, time.monotonic())

    async def _handle_rtcp_data(self, data: bytes) -> None:
        await self.receiver.rtcp(data, time.monotonic())


class Transport:
    """A peer's way to the server.

    First `gather`, then `connect` with what the answer says, then `send`; `close` at the end. When
    it breaks by itself, `lost` is called once.
    """

    def __init__(self, receiver: Receiver, lost: Callable[[], None], way: Way = DIRECT) -> None:
        self._ice = RTCIceTransport(RTCIceGatherer(iceServers=_ice_servers(way.relays)))
        self._seconds = way.seconds
        self._is_relayed = bool(way.relays)
        self._tunnels: list[Tunnel] = []
        self._dtls = _Dtls(self._ice, [RTCCertificate.generateCertificate()])
        self._dtls.receiver = receiver
        self._lost = lost
        self._closed = False
        self._gathering: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._dtls.on("statechange", self._changed)

    @property
    def connected(self) -> bool:
        """Whether media can be sent."""
        return self._dtls.state == "connected" and not self._closed

    @property
    def usable(self) -> bool:
        """Whether it is connected or may yet be."""
        return not self._closed

    async def gather(self) -> Local:
        """Find addresses; what the offer says of this end."""
        gatherer = self._ice.iceGatherer
        # Cancelled, aioice would forget the sockets it has opened: it goes on, and `close` waits.
        self._gathering = asyncio.create_task(gatherer.gather())
        await asyncio.shield(self._gathering)
        return Local(
            ice=gatherer.getLocalParameters(),
            candidates=tuple(gatherer.getLocalCandidates()),
            fingerprints=tuple(self._dtls.getLocalParameters().fingerprints),
        )

    async def connect(self, remote: Remote) -> None:
        """Reach the other end and agree on keys.

        Raises:
            ConnectionError: when that fails or takes too long.
        """
        for candidate in remote.candidates:
            await self._ice.addRemoteCandidate(candidate)
            if is_passive(candidate) and not self._is_relayed:  # no relay leads to our loopback
                await self._dig(candidate)
        await self._ice.addRemoteCandidate(None)
        self._ice._connection.ice_controlling = True
        self._dtls._set_role("server" if remote.dtls.role == "client" else "client")
        try:
            async with asyncio.timeout(self._seconds):
                await self._ice.start(remote.ice)
                if self._ice.state != "completed":
                    raise ConnectionError("no way to the server's media address")
                await self._dtls.start(remote.dtls)
        except TimeoutError as error:
            raise ConnectionError("the media connection took too long") from error
        if self._dtls.state != "connected":
            raise ConnectionError("keys for media could not be agreed on")

    async def _dig(self, passive: RTCIceCandidate) -> None:
        """Let ICE reach a TCP port of the other end."""
        tunnel = Tunnel(passive, self._broke)
        self._tunnels.append(tunnel)
        near = await tunnel.open()
        if near is not None:
            await self._ice.addRemoteCandidate(near)

    async def send(self, packet: bytes) -> None:
        """Encrypt and send one RTP or RTCP packet; dropped while not connected."""
        if not self.connected:
            return
        try:
            await self._dtls._send_rtp(packet)
        except ConnectionError:
            return  # the way broke just now; `lost` is told by the change of state

    async def close(self) -> None:
        """Say goodbye and free the sockets, to the end though whoever asks is cancelled."""
        self._closed = True
        if self._closing is None:
            # aioice takes a cancellation of ours for that of its own task and goes on.
            self._closing = asyncio.create_task(self._stop())
        await asyncio.shield(self._closing)

    async def _stop(self) -> None:
        if self._gathering is not None:
            await asyncio.wait([self._gathering])
        await self._dtls.stop()
        await self._ice.stop()
        for tunnel in self._tunnels:
            await tunnel.close()
        await asyncio.sleep(0)  # aiortc cancels its task and does not wait for its end

    def _changed(self) -> None:
        if self._dtls.state in ("closed", "failed"):
            self._broke()

    def _broke(self) -> None:
        if not self._closed:
            self._closed = True
            self._lost()


def _ice_servers(relays: tuple[IceServer, ...]) -> list[RTCIceServer]:
    """As aiortc takes them; it uses the first alone: one by TCP, which passes where UDP doesn't."""
    each = [(url, relay) for relay in relays for url in relay.urls]
    each.sort(key=lambda one: not (one[0].startswith("turns:") or "transport=tcp" in one[0]))
    return [
        RTCIceServer(urls=url, username=relay.username, credential=relay.credential)
        for url, relay in each
    ]
