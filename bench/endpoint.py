"""A light WebRTC end: ICE checks and aiortc's DTLS handshake, then SRTP on a raw socket."""

import asyncio
import secrets
import socket

from aioice import stun
from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)

from bench.datagrams import open_socket
from signaling.agreement import Transport

CONSENT_S = 2.5
"""Seconds between ICE checks, as a browser sends them (RFC 7675)."""


class _Path:
    """What `RTCDtlsTransport` takes for its ICE transport. Unbounded: a handshake is short."""

    role = "controlled"  # so that DTLS is the client

    def __init__(self, opened: socket.socket) -> None:
        self._socket = opened
        self.arrived: asyncio.Queue[bytes] = asyncio.Queue()

    async def _recv(self) -> bytes:
        return await self.arrived.get()

    async def _send(self, data: bytes) -> None:
        self._socket.send(data)


class Endpoint:
    """One peer connection of the generator.

    `connect` first; then `protect` and `unprotect` packets, and `check` every `CONSENT_S`.
    """

    def __init__(self, ufrag: str, password: str, certificate: RTCCertificate) -> None:
        self._ufrag = ufrag
        self._password = password
        self._certificate = certificate
        self._checked = asyncio.Event()

    async def connect(self, transport: Transport) -> None:
        """ICE and DTLS; afterwards nobody reads the socket but the caller."""
        first = transport.candidates[0]
        self._transport = transport
        self.socket = open_socket((first.address, first.port))
        path = _Path(self.socket)
        self._dtls = RTCDtlsTransport(path, [self._certificate])  # type: ignore[arg-type]  # a stand-in
        loop = asyncio.get_running_loop()
        loop.add_reader(self.socket, self._readable, path)
        try:
            await self._nominate()
            await self._dtls.start(self._parameters())
        finally:
            loop.remove_reader(self.socket)
        if self._dtls.state != "connected":
            raise ConnectionError("the DTLS handshake failed")

    def _parameters(self) -> RTCDtlsParameters:
        hashed = self._transport.fingerprint
        return RTCDtlsParameters([RTCDtlsFingerprint(hashed.algorithm, hashed.value)], "server")

    async def _nominate(self) -> None:
        for _ in range(50):
            self.check()
            try:
                async with asyncio.timeout(0.2):
                    await self._checked.wait()
            except TimeoutError:
                continue
            return
        raise ConnectionError("no answer to ICE checks")

    def check(self) -> None:
        """One Binding Request that nominates this address (RFC 8445, 7.2)."""
        message = stun.Message(
            stun.Method.BINDING,
            stun.Class.REQUEST,
            attributes={
                "USERNAME": f"{self._transport.ufrag}:{self._ufrag}",
                "PRIORITY": 1_845_501_695,
                "ICE-CONTROLLING": secrets.randbits(64),
                "USE-CANDIDATE": None,
            },
        )
        message.add_message_integrity(self._transport.password.encode())
        self.socket.send(bytes(message))

    def _readable(self, path: _Path) -> None:
        while True:
            try:
                data = self.socket.recv(2048)
            except BlockingIOError:
                return
            if data[0] < 2:
                self._checked.set()
            elif data[0] < 64:
                path.arrived.put_nowait(data)

    def protect(self, packet: bytes) -> bytes:
        """Encrypt an RTP packet."""
        return bytes(self._dtls._tx_srtp.protect(packet))

    def protect_rtcp(self, packet: bytes) -> bytes:
        """Encrypt an RTCP packet."""
        return bytes(self._dtls._tx_srtp.protect_rtcp(packet))

    def unprotect(self, packet: bytes) -> bytes:
        """Decrypt an RTP packet; raises `pylibsrtp.Error`."""
        return bytes(self._dtls._rx_srtp.unprotect(packet))

    def unprotect_rtcp(self, packet: bytes) -> bytes:
        """Decrypt an RTCP packet; raises `pylibsrtp.Error`."""
        return bytes(self._dtls._rx_srtp.unprotect_rtcp(packet))

    async def close(self) -> None:
        """Say goodbye."""
        await self._dtls.stop()
        self.socket.close()
