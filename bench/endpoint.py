"""A light WebRTC end: ICE checks and aiortc's DTLS handshake; then the engine takes it over."""

import asyncio
import itertools
import secrets
import socket
from operator import mul
from typing import Final

from aioice import stun
from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AEAD_AES_256_GCM,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)
from pylibsrtp import Session

from signaling.agreement import Transport

PROFILES: Final = {
    "aes-128-gcm": SRTP_AEAD_AES_128_GCM,
    "aes-256-gcm": SRTP_AEAD_AES_256_GCM,
}
"""SRTP profiles by name (RFC 7714)."""
SETTLED_S: Final = 0.02
"""From the answer to a check to the first word of DTLS: some servers drop it until they have taken
the nomination in, and it would be said again only after a second."""
FIRST_CHECK_S: Final = 0.02
"""From the first word of DTLS to another check; each pause is twice the one before."""
TIMESTAMPS: Final = 35  # SO_TIMESTAMPNS of Linux, which Python does not name


def open_socket(server: tuple[str, int]) -> socket.socket:
    """A non-blocking socket connected to the server, with the kernel's time on what comes.

    That time (CLOCK_REALTIME) is the moment of arrival, however late the generator looks.
    """
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_DGRAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    opened.setsockopt(socket.SOL_SOCKET, TIMESTAMPS, 1)
    opened.setblocking(False)
    opened.connect(server)
    return opened


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
    """One peer connection of the generator: `connect`, then hand it over."""

    def __init__(self, ufrag: str, password: str, certificate: RTCCertificate, srtp: str) -> None:
        self._ufrag = ufrag
        self._password = password
        self._certificate = certificate
        self._srtp = srtp
        self._checked = asyncio.Event()

    async def connect(self, transport: Transport) -> None:
        """ICE and DTLS; afterwards nobody reads the socket but the engine."""
        first = transport.candidates[0]
        self._transport = transport
        self.socket = open_socket((first.address, first.port))
        path = _Path(self.socket)
        self._dtls = RTCDtlsTransport(path, [self._certificate])  # type: ignore[arg-type]  # a stand-in
        self._dtls._srtp_profiles = [PROFILES[self._srtp]]
        loop = asyncio.get_running_loop()
        loop.add_reader(self.socket, self._readable, path)
        try:
            await self._nominate()
            await asyncio.sleep(SETTLED_S)
            checking = asyncio.create_task(self._go_on_checking())
            await self._dtls.start(self._parameters())
            checking.cancel()
        finally:
            loop.remove_reader(self.socket)
        if self._dtls.state != "connected":
            raise ConnectionError(f"the DTLS handshake failed, asked for {self._srtp}")

    def _parameters(self) -> RTCDtlsParameters:
        hashed = self._transport.fingerprint
        return RTCDtlsParameters([RTCDtlsFingerprint(hashed.algorithm, hashed.value)], "server")

    async def _nominate(self) -> None:
        for _ in range(50):
            self.socket.send(self.check())
            try:
                async with asyncio.timeout(0.2):
                    await self._checked.wait()
            except TimeoutError:
                continue
            return
        raise ConnectionError("no answer to ICE checks")

    async def _go_on_checking(self) -> None:
        # A server may want to hear of a nomination after it has answered a first check; one that
        # is busy is not to be kept busy by checks.
        for pause in itertools.accumulate(itertools.repeat(2), mul, initial=FIRST_CHECK_S):
            await asyncio.sleep(pause)
            self.socket.send(self.check())

    def check(self) -> bytes:
        """A Binding Request that nominates this address (RFC 8445, 7.2)."""
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
        message.add_fingerprint()
        return bytes(message)

    def _readable(self, path: _Path) -> None:
        while True:
            try:
                data = self.socket.recv(2048)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if data[0] < 2:
                self._told(data)
            elif data[0] < 64:
                path.arrived.put_nowait(data)

    def _told(self, data: bytes) -> None:
        message = stun.parse_message(data)
        if message.message_class is stun.Class.RESPONSE:
            self._checked.set()
        elif message.message_class is stun.Class.REQUEST:
            self.socket.send(self._response(message))

    def _response(self, request: stun.Message) -> bytes:
        # Some servers check back before they believe a nomination (RFC 8445, 7.3.1.4).
        response = stun.Message(
            stun.Method.BINDING,
            stun.Class.RESPONSE,
            transaction_id=request.transaction_id,
            attributes={"XOR-MAPPED-ADDRESS": self.socket.getpeername()[:2]},
        )
        response.add_message_integrity(self._password.encode())
        response.add_fingerprint()
        return bytes(response)

    def sessions(self) -> tuple[Session, Session]:
        """What encrypts and what decrypts."""
        return self._dtls._tx_srtp, self._dtls._rx_srtp
