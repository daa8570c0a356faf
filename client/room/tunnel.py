"""Media over TCP (RFC 6544) for an ICE agent that knows UDP alone, as aioice does.

A tunnel is a UDP port on loopback that stands for one passive candidate of the server: what ICE
sends there goes into a connection to that candidate, as frames of RFC 4571, and back. The server
looks at nothing of a new connection for half a second, so UDP comes first where it passes.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final, cast

from aiortc import RTCIceCandidate

from signaling.rtp.framing import Frames, FramingError, frame

Address = tuple[str, int]

WAITING: Final = 64 << 10
"""Octets that wait for a slow line; what does not fit is dropped, a whole packet each time."""
CONNECTIONS: Final = 8
"""Of one tunnel: one for each of this machine's addresses, and no more for whoever else sends."""
HIGHEST_STUN: Final = 3
"""First octet of a STUN packet at most (RFC 7983); only a way that was chosen carries others."""
LOOPBACK, LOOPBACK_6 = "127.0.0.1", "::1"


class _Stream(asyncio.Protocol):
    """One connection. Out: `WAITING` octets wait at most; packets beyond that are dropped whole."""

    def __init__(self, back: Callable[[bytes], None], lost: Callable[[], None]) -> None:
        self._back = back
        self._lost = lost
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None
        self._chosen = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            for packet in self._frames.feed(data):
                self._back(packet)
        except FramingError:
            self.close()

    def send(self, packet: bytes) -> None:
        """Send one packet; dropped before the connection stands, for checks are repeated."""
        self._chosen |= packet[0] > HIGHEST_STUN
        line = self._transport
        if line is not None and line.get_write_buffer_size() + len(packet) <= WAITING:
            line.write(frame(packet))

    def connection_lost(self, error: Exception | None) -> None:
        if self._chosen:
            self._lost()

    def close(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()


class Tunnel(asyncio.DatagramProtocol):
    """The near end of one candidate, with a connection for each address that sends to it.

    First `open`, `close` at the end. `lost` is called when the connection that media goes by ends
    by itself.
    """

    def __init__(self, far: RTCIceCandidate, lost: Callable[[], None]) -> None:
        self._far = far
        self._lost = lost
        self._near: asyncio.DatagramTransport | None = None
        self._streams: dict[Address, _Stream] = {}
        self._opening: list[asyncio.Task[None]] = []

    async def open(self) -> RTCIceCandidate | None:
        """Listen; the candidate that stands for the far one, none where its kind of IP is off."""
        loopback = LOOPBACK_6 if ":" in self._far.ip else LOOPBACK
        loop = asyncio.get_running_loop()
        try:
            near, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(loopback, 0))
        except OSError:
            return None
        host, port = near.get_extra_info("sockname")[:2]
        return replace(self._far, ip=host, port=port, protocol="udp", tcpType=None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of where to answer."""
        self._near = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Something of ours for the far end."""
        if addr not in self._streams and len(self._streams) < CONNECTIONS:
            stream = _Stream(partial(self._back, addr), self._broke)
            self._streams[addr] = stream
            self._opening.append(asyncio.create_task(self._connect(stream)))
        if data and addr in self._streams:
            self._streams[addr].send(data)

    async def _connect(self, stream: _Stream) -> None:
        with suppress(OSError):  # ICE finds no way here, and says so
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: stream, self._far.ip, self._far.port)

    def _back(self, addr: Address, packet: bytes) -> None:
        if self._near is not None:
            self._near.sendto(packet, addr)

    def _broke(self) -> None:
        if self._near is not None:
            self._lost()

    async def close(self) -> None:
        """End every connection, those that are being opened too."""
        near, self._near = self._near, None
        if near is not None:
            near.close()
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for stream in self._streams.values():
            stream.close()
        await asyncio.sleep(0)  # asyncio lets go of sockets at its next turn


def is_passive(candidate: RTCIceCandidate) -> bool:
    """Whether a candidate waits for connections (RFC 6544 4.5), so that a tunnel can lead there."""
    return candidate.protocol == "tcp" and candidate.tcpType == "passive"
