"""aiortc as the far end: ICE, DTLS and SRTP are its own, packets are made and read by the test."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Literal

import pytest
from aioice import ice, stun
from aiortc import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    RTCPeerConnection,
    RTCSessionDescription,
)

from server.media.requests import PeerConnected
from signaling.agreement import Agreement, Section, Transport
from signaling.answer import answer
from signaling.events import Codec
from signaling.ids import PeerId, SourceId
from signaling.negotiation import SSRCS, agree_down, agree_up
from signaling.rtp.header import FIXED, extension_block
from tests.support.media_worker import PATIENCE, MediaWorker

POOL = ("video", "audio") * 6 + ("audio",) * 4 + ("video", "audio")
"""The sections of a down offer."""
VP8_KEY = b"\x10\x00\x00\x00\x9d\x01\x2a" + bytes(20)
"""A VP8 payload with which a picture begins: a key frame."""
VP8_DELTA = b"\x10\x01\x00\x00" + bytes(20)
"""One that needs those before it."""


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let aioice use 127.0.0.1, which it skips."""

    def addresses(*, use_ipv4: bool, use_ipv6: bool) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(ice, "get_host_addresses", addresses)


class Device:
    """One peer connection of a device, and what arrived on it."""

    def __init__(self, peer: str, connection: RTCPeerConnection) -> None:
        self.peer = PeerId(peer)
        self.connection = connection
        self.agreement: Agreement | None = None
        self.packets: list[bytes] = []
        self.reports: list[bytes] = []
        self.answers = 0
        self.connected = asyncio.Event()
        self._arrived = asyncio.Condition()
        connection.on("connectionstatechange", self._changed)

    def _changed(self) -> None:
        if self.connection.connectionState == "connected":
            self.connected.set()

    @property
    def dtls(self) -> RTCDtlsTransport:
        """The one transport of the bundle."""
        return self.connection.getTransceivers()[0].sender.transport

    def section(self, mid: str) -> Section:
        """One section of the agreement."""
        assert self.agreement is not None
        return next(each for each in self.agreement.sections if each.mid == mid)

    async def negotiate(self, worker: MediaWorker, agree: Callable[[str], Agreement]) -> None:
        """Offer, and take the answer."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        self.agreement = agree(self.connection.localDescription.sdp)
        transport = await worker.open(self.peer, self.agreement)
        self.answers += 1
        self._listen()
        described = answer(self.agreement, transport, self.answers)
        await self.connection.setRemoteDescription(RTCSessionDescription(described, "answer"))

    def _listen(self) -> None:
        async def rtp(data: bytes, arrival_time_ms: int) -> None:
            self.packets.append(data)
            await self._wake()

        async def rtcp(data: bytes) -> None:
            self.reports.append(data)
            await self._wake()

        self.dtls._handle_rtp_data = rtp  # type: ignore[method-assign]  # the test reads packets
        self.dtls._handle_rtcp_data = rtcp  # type: ignore[method-assign]

    async def _wake(self) -> None:
        async with self._arrived:
            self._arrived.notify_all()

    def packet(
        self,
        mid: str,
        sequence: int,
        payload: bytes,
        timestamp: int = 0,
        extensions: Mapping[int, bytes] | None = None,
    ) -> bytes:
        """A plain RTP packet of one of its sections."""
        section = self.section(mid)
        block = extension_block(dict(extensions or {}))
        return (
            FIXED.pack(
                0x90 if block else 0x80,
                section.payloads[0].number,
                sequence & 0xFFFF,
                timestamp & 0xFFFF_FFFF,
                section.ssrcs[0],
            )
            + block
            + payload
        )

    async def send(self, packet: bytes) -> None:
        """Encrypt and send RTP or RTCP."""
        await self.dtls._send_rtp(packet)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something that arrives makes it so."""
        async with asyncio.timeout(PATIENCE), self._arrived:
            await self._arrived.wait_for(holds)


@asynccontextmanager
async def publisher(
    worker: MediaWorker, peer: str, sources: Mapping[str, tuple[Literal["audio", "video"], Codec]]
) -> AsyncIterator[Device]:
    """A device whose sections `0`, `1`, … carry these sources, connected."""
    connection = RTCPeerConnection()
    device = Device(peer, connection)
    for kind, _ in sources.values():
        connection.addTransceiver(kind, direction="sendonly")
    chosen = {
        str(place): (SourceId(source), codec)
        for place, (source, (_, codec)) in enumerate(sources.items())
    }
    try:
        await device.negotiate(worker, lambda sdp: agree_up(sdp, chosen))
        await worker.notice(PeerConnected, peer=device.peer)
        await device.connected.wait()
        yield device
    finally:
        await connection.close()


@asynccontextmanager
async def receiver(
    worker: MediaWorker, peer: str, settled: Callable[[Agreement], Agreement] = lambda made: made
) -> AsyncIterator[Device]:
    """A device with a pool of slots, connected; `settled` may change what the worker is told."""
    connection = RTCPeerConnection()
    device = Device(peer, connection)
    for kind in POOL:
        connection.addTransceiver(kind, direction="recvonly")
    ssrcs = [secrets.randbits(32) for _ in range(SSRCS)]
    try:
        await device.negotiate(worker, lambda sdp: settled(agree_down(sdp, ssrcs, None)[0]))
        await worker.notice(PeerConnected, peer=device.peer)
        await device.connected.wait()
        yield device
    finally:
        await connection.close()


class LeanIce(asyncio.DatagramProtocol):
    """A controlling ICE end that nominates its one address and then carries DTLS."""

    role = "controlling"

    def __init__(self, transport: Transport) -> None:
        self._theirs = transport
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._socket: asyncio.DatagramTransport | None = None
        self.answered = asyncio.Event()

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._socket = transport
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self._theirs.ufrag}:theirs"
        request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(self._theirs.password.encode())
        transport.sendto(bytes(request))

    def datagram_received(self, data: bytes, addr: object) -> None:
        if data[0] < 4:
            self.answered.set()
        else:
            self._inbox.put_nowait(data)

    async def _recv(self) -> bytes:
        return await self._inbox.get()

    async def _send(self, data: bytes) -> None:
        assert self._socket is not None
        self._socket.sendto(data)


@asynccontextmanager
async def lean_device(transport: Transport) -> AsyncIterator[RTCDtlsTransport]:
    """A device without SDP: ICE and DTLS alone, over the first candidate.

    Its agreement has `theirs` as the remote user name fragment.
    """
    loop = asyncio.get_running_loop()
    candidate = transport.candidates[0]
    udp, wire = await loop.create_datagram_endpoint(
        lambda: LeanIce(transport), remote_addr=(candidate.address, candidate.port)
    )
    client = RTCDtlsTransport(wire, [RTCCertificate.generateCertificate()])  # type: ignore[arg-type]
    client._set_role("client")
    theirs = transport.fingerprint
    try:
        async with asyncio.timeout(PATIENCE):
            await wire.answered.wait()
            await client.start(
                RTCDtlsParameters([RTCDtlsFingerprint(theirs.algorithm, theirs.value)])
            )
        yield client
    finally:
        await client.stop()
        udp.close()
        await asyncio.sleep(0)  # aiortc cancels its reader and does not wait for it
