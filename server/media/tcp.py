"""ICE-TCP (RFC 6544): passive candidates on the ports of media's UDP, frames as in RFC 4571.

A shell. Each connection looks like one more UDP address: what it brings goes as datagrams over
loopback to a `Relay`, a socket that the pump serves like any other, and what the pump sends to that
address goes into the stream. STUN, DTLS, SRTP and both pumps thus know nothing of TCP.
"""

import asyncio
import contextlib
import logging
import resource
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, cast

from server.media.sockets import BATCH, IN_STRIDE, Address, UdpSocket, raw_of
from signaling.rtp.framing import Frames, FramingError, frame

PER_ADDRESS: Final = 128
"""Connections from one address: a school behind one address opens two for each device."""
OVERALL: Final = 1000
"""Connections of one worker; each needs two file descriptors."""
FILES: Final = 4096
"""Descriptors wanted: two for each connection, and some to spare."""
HEAD_START: Final = 0.5
"""Seconds until what a connection brings is looked at: some browsers stay with the first way that
answers, and UDP shall be that one though its first packet was lost."""
PROOF: Final = 5.0
"""Seconds after which a connection is closed as soon as it is no peer's."""
WAITING: Final = 64 << 10
"""Octets that wait for a slow reader; what does not fit is dropped, a whole packet each time."""
STALLED: Final = 10.0
"""Seconds after which a reader that takes nothing of what waits is cut off."""
LOOK: Final = 1.0
"""Seconds between two looks at all connections."""
HELD: Final = 1 << 20
"""Octets at most between pump and stream within one turn of the loop; the kernel gives less."""
UNSENT: Final = 16 << 10
"""Octets that the kernel holds before it sends them: what is late in TCP is late for good."""
BACKLOG: Final = 64
TRIES: Final = 32
"""Ports that are tried where any will do."""

logger = logging.getLogger(__name__)


class Port(NamedTuple):
    """One listen address."""

    udp: UdpSocket
    """What it takes."""
    tcp: socket.socket | None
    """The same port for TCP; none if another program has that."""


class Relay(UdpSocket):
    """The pump's end of all TCP connections: a socket on loopback."""

    is_stream = True

    def __init__(self) -> None:
        super().__init__("127.0.0.1", 0)
        self.remotes: dict[bytes, Address] = {}
        """Who is behind a raw address."""
        self.dropped = 0
        """Packets that a connection could not take, since the start."""

    def seen(self, raw: bytes) -> Address:
        """Where the other end of the connection is."""
        return self.remotes.get(raw) or super().seen(raw)


class Connection(asyncio.Protocol):
    """One accepted connection.

    Out: `WAITING` octets wait at most; packets beyond that are dropped whole, as the network would.
    """

    def __init__(self, listeners: "Listeners") -> None:
        self._listeners = listeners
        self._relay = listeners.relay
        self._frames = Frames()
        self._written = 0
        self._moved = (0, 0.0)
        self.host = ""
        """The other end's address."""
        self.raw = b""
        """How the relay's peers know it; empty until it is let in."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, or not if there are too many."""
        self._transport = cast(asyncio.Transport, transport)
        remote = transport.get_extra_info("peername")
        if remote is None or not self._listeners.admit(remote[0]):
            self._transport.abort()
            return
        self.host = remote[0]
        _prepare(transport.get_extra_info("socket"))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.setblocking(False)
        self._udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, HELD)
        self._udp.connect((self._relay.address, self._relay.port))
        self.raw = raw_of(*self._udp.getsockname())
        self._relay.remotes[self.raw] = (remote[0], remote[1])
        self._loop = asyncio.get_running_loop()
        self._moved = (0, self._loop.time())
        self._began = self._loop.time()
        self._loop.add_reader(self._udp, self._outgoing)
        self._transport.pause_reading()
        self._waiting = self._loop.call_later(HEAD_START, self._transport.resume_reading)
        self._listeners.open.add(self)

    def data_received(self, data: bytes) -> None:
        """Hand on the packets that are whole; what is no stream of packets ends."""
        if not self.raw:
            return
        try:
            for packet in self._frames.feed(data):
                with contextlib.suppress(BlockingIOError):
                    self._udp.send(packet)
        except FramingError:
            self._transport.abort()
        except OSError:
            self._relay.dropped += 1

    def _outgoing(self) -> None:
        """What the pump has sent to this address, as frames in one piece."""
        room = WAITING - self._transport.get_write_buffer_size()
        frames = []
        for packet in self._sent():
            framed = frame(packet)
            if len(framed) > room:
                self._relay.dropped += 1
                continue
            room -= len(framed)
            frames.append(framed)
        if frames and not self._transport.is_closing():
            whole = b"".join(frames)
            self._written += len(whole)
            self._transport.write(whole)

    def _sent(self) -> Iterator[bytes]:
        with contextlib.suppress(OSError):
            for _ in range(BATCH):
                yield self._udp.recv(IN_STRIDE)

    def look(self, now: float) -> None:
        """Cut it off if it is nobody's, or its reader has stopped."""
        waiting = self._transport.get_write_buffer_size()
        taken = self._written - waiting
        if not waiting or taken != self._moved[0]:
            self._moved = taken, now
        foreign = now - self._began >= PROOF and not self._listeners.is_known(self.raw)
        if foreign or now - self._moved[1] >= STALLED:
            self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody is behind the address any more."""
        if not self.raw:
            return
        self._waiting.cancel()
        self._loop.remove_reader(self._udp)
        self._udp.close()
        self._relay.remotes.pop(self.raw, None)
        self._listeners.left(self)

    def close(self) -> None:
        """End it at once."""
        self._transport.abort()


class Listeners:
    """All of a worker's TCP: at most `OVERALL` connections, `PER_ADDRESS` from one address."""

    def __init__(
        self,
        relay: Relay,
        sockets: Sequence[socket.socket],
        is_known: Callable[[bytes], bool],
        gone: Callable[[bytes], None],
    ) -> None:
        self.relay = relay
        """What the pump serves for them."""
        self.open: set[Connection] = set()
        """Connections that were let in."""
        self.is_known = is_known
        """Whether a raw address of the relay is a peer's."""
        self._gone = gone
        self._sockets = sockets
        self._servers: list[asyncio.Server] = []

    def admit(self, host: str) -> bool:
        """Whether one more from this address may come in."""
        from_there = sum(each.host == host for each in self.open)
        return len(self.open) < OVERALL and from_there < PER_ADDRESS

    def left(self, connection: Connection) -> None:
        """A connection has ended."""
        self.open.discard(connection)
        self._gone(connection.raw)

    async def run(self) -> None:
        """Serve until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            for each in self._sockets:
                server = await loop.create_server(
                    lambda: Connection(self), sock=each, backlog=BACKLOG
                )
                self._servers.append(server)
            while True:
                await asyncio.sleep(LOOK)
                for connection in list(self.open):
                    connection.look(loop.time())
        finally:
            for server in self._servers:
                server.close()
            for connection in list(self.open):
                connection.close()


def open_port(address: str, port: int, tries: int = TRIES) -> Port:
    """Listen at an address and port; port 0 is one of which UDP and TCP are both free.

    Raises:
        OSError: the UDP port is taken.
    """
    udp = UdpSocket(address, port)
    try:
        return Port(udp, _listen_beside(udp))
    except OSError as error:
        if port == 0 and tries > 1:
            udp.close()
            return open_port(address, port, tries - 1)
        logger.warning("! no media over TCP at %s port %d: %s", address, udp.port, error)
        return Port(udp, None)


def _listen_beside(udp: UdpSocket) -> socket.socket:
    listening = socket.socket(udp.socket.family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if udp.socket.family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((udp.address, udp.port))
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)
    return listening


def _prepare(connection: socket.socket) -> None:
    """Small packets at once, and few octets that grow old in the kernel."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(STALLED * 1000))


def allow_files() -> None:
    """Have this process a descriptor for each end of every connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
