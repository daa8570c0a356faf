"""What stands between a page and the server: cuts the way, holds packets back or loses some."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

Address = tuple[str, int]

HERE = "127.0.0.1"
WAITING = 2000
"""Datagrams held back at most; more are lost, as on a full line."""


class Way:
    """The state of the way between the two ends."""

    def __init__(self) -> None:
        self.cut = False
        """Whether nothing passes."""
        self.late: dict[int, float] = {}
        """Seconds by which RTP of a payload type is held back on the way to the server."""
        self.payload_types: dict[int, int] = {}
        """Packets that went to the server by payload type."""
        self.lost_of = {"up": 0, "down": 0}
        """Of so many RTP packets to the server, or from it, one is lost; of none where it is 0."""
        self._seen = {"up": 0, "down": 0}

    def loses(self, way: str, datagram: bytes) -> bool:
        """Whether this one is lost: each so many counted, so that a test knows how many are."""
        if not self.lost_of[way] or not _is_rtp(datagram):
            return False
        self._seen[way] += 1
        return self._seen[way] % self.lost_of[way] == 0

    def delay(self, datagram: bytes) -> float:
        """For how long a datagram to the server is held back."""
        if not _is_rtp(datagram):
            return 0.0
        payload_type = datagram[1] & 127
        self.payload_types[payload_type] = self.payload_types.get(payload_type, 0) + 1
        return self.late.get(payload_type, 0.0)


def _is_rtp(datagram: bytes) -> bool:
    """Not STUN, DTLS or RTCP (RFC 7983, RFC 5761)."""
    return len(datagram) >= 12 and 128 <= datagram[0] < 192 and not 192 <= datagram[1] < 224


class _Back(asyncio.DatagramProtocol):
    """The relay's end towards the server, one for each address of a page."""

    def __init__(self, way: Way, front: asyncio.DatagramTransport, client: Address) -> None:
        self._way, self._front, self._client = way, front, client

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if not self._way.cut and not self._way.loses("down", data):
            self._front.sendto(data, self._client)


class _Front(asyncio.DatagramProtocol):
    """The relay's end towards the pages."""

    def __init__(self, way: Way, server: Address) -> None:
        self._way, self._server = way, server
        self._backs: dict[Address, asyncio.DatagramTransport] = {}
        self._waiting = 0
        self.tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if self._way.cut or self._way.loses("up", data):
            return
        if addr in self._backs:
            self._pass_on(data, self._backs[addr])
        else:
            task = asyncio.get_running_loop().create_task(self._begin(data, addr))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _begin(self, data: bytes, addr: Address) -> None:
        back, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Back(self._way, self._transport, addr), remote_addr=self._server
        )
        if addr in self._backs:
            back.close()
        back = self._backs.setdefault(addr, back)
        self._pass_on(data, back)

    def _pass_on(self, data: bytes, back: asyncio.DatagramTransport) -> None:
        delay = self._way.delay(data)
        if delay == 0:
            back.sendto(data)
        elif self._waiting < WAITING:
            self._waiting += 1
            asyncio.get_running_loop().call_later(delay, self._release, data, back)

    def _release(self, data: bytes, back: asyncio.DatagramTransport) -> None:
        self._waiting -= 1
        if not back.is_closing():
            back.sendto(data)

    async def close(self) -> None:
        """Give the sockets back; the loop needs a moment to let go of them."""
        await asyncio.gather(*self.tasks)
        for back in self._backs.values():
            back.close()


@asynccontextmanager
async def media_relay(way: Way, server_port: int) -> AsyncIterator[int]:
    """Relay datagrams to a port of this machine; gives its port, open on every address."""
    transport, front = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Front(way, (HERE, server_port)), local_addr=("0.0.0.0", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
        await front.close()
        await asyncio.sleep(0)


@asynccontextmanager
async def web_relay(way: Way, server_port: int) -> AsyncIterator[int]:
    """Relay TCP likewise; while the way is cut nothing passes and nothing is said of it."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(HERE, server_port)
        for source, target in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(_pump(way, source, target))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(serve, HERE, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(way: Way, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Carry bytes one way; a stretch in which the way was cut holds them back, as TCP does."""
    try:
        while data := await source.read(65_536):
            while way.cut:  # noqa: ASYNC110 - the way has no event, it is a state of the test's
                await asyncio.sleep(0.02)
            target.write(data)
            await target.drain()
    except ConnectionError:
        pass  # either end may hang up while the way is cut
    finally:
        target.close()


def free_port() -> int:
    """A UDP port that was free a moment ago."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HERE, 0))
        port: int = probe.getsockname()[1]
        return port
