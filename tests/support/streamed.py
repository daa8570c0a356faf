"""The far end of an ICE-TCP connection (RFC 6544, the active one), made by the test."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from aioice import stun
from aiortc import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)

from server.media.requests import PeerConnected
from signaling.agreement import Candidate, Fingerprint, Section, Transport
from tests.support.media_worker import PATIENCE, MediaWorker
from tests.support.plane import agreement


def stream_of(transport: Transport) -> Candidate:
    """Where the server takes TCP."""
    return next(each for each in transport.candidates if each.transport == "tcp")


def binding_request(
    transport: Transport, password: str | None = None, *, nominates: bool = True
) -> bytes:
    """A check, signed with the right password or another."""
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = f"{transport.ufrag}:theirs"
    if nominates:
        request.attributes["USE-CANDIDATE"] = None
    request.add_message_integrity((password or transport.password).encode())
    return bytes(request)


class Stream:
    """A connection that carries packets, and carries DTLS for aiortc."""

    role = "controlling"

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @property
    def local(self) -> tuple[str, int]:
        """Our end's address."""
        host, port = self._writer.get_extra_info("sockname")[:2]
        return host, port

    def write(self, octets: bytes) -> None:
        """Send octets as they are."""
        self._writer.write(octets)

    def send(self, packet: bytes) -> None:
        """Send a packet in its frame."""
        self.write(struct.pack("!H", len(packet)) + packet)

    async def packet(self) -> bytes:
        """The next packet; raises `IncompleteReadError` when the other end has closed."""
        (length,) = struct.unpack("!H", await self._reader.readexactly(2))
        return await self._reader.readexactly(length)

    async def closed(self, within: float) -> None:
        """Wait until the other end has closed."""
        async with asyncio.timeout(within):
            try:
                while await self._reader.read(65_536):
                    pass
            except ConnectionError:
                return

    async def check(self, transport: Transport, *, nominates: bool = True) -> stun.Message:
        """Check this connection; what the server answers."""
        self.send(binding_request(transport, nominates=nominates))
        async with asyncio.timeout(PATIENCE):
            answer = stun.parse_message(await self.packet())
        assert answer.message_class == stun.Class.RESPONSE
        return answer

    async def _recv(self) -> bytes:
        return await self.packet()

    async def _send(self, data: bytes) -> None:
        self.send(data)

    async def close(self) -> None:
        """End it, and wait until it has ended."""
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


@asynccontextmanager
async def stream(transport: Transport) -> AsyncIterator[Stream]:
    """A connection to the server's TCP candidate."""
    there = stream_of(transport)
    made = Stream(*await asyncio.open_connection(there.address, there.port))
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def keyed_stream(
    worker: MediaWorker, peer: str, *sections: Section, nominates: bool = True
) -> AsyncIterator[RTCDtlsTransport]:
    """A peer of the worker whose ICE and DTLS are done over TCP."""
    certificate = RTCCertificate.generateCertificate()
    ours = next(each for each in certificate.getFingerprints() if each.algorithm == "sha-256")
    fingerprint = Fingerprint(algorithm=ours.algorithm, value=ours.value)
    transport = await worker.open(peer, replace(agreement(sections), fingerprints=(fingerprint,)))
    async with stream(transport) as made:
        await made.check(transport, nominates=nominates)
        client = RTCDtlsTransport(made, [certificate])  # type: ignore[arg-type]  # plays ICE
        client._set_role("client")
        theirs = transport.fingerprint
        try:
            async with asyncio.timeout(PATIENCE):
                await client.start(
                    RTCDtlsParameters([RTCDtlsFingerprint(theirs.algorithm, theirs.value)])
                )
            await worker.notice(PeerConnected, peer=peer)
            yield client
        finally:
            await client.stop()
            await asyncio.sleep(0)  # aiortc cancels its reader and does not wait for it
