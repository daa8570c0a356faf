"""A path between devices and a server that can stop carrying anything, as a broken network does.

It stands at an address of its own on loopback, with the server's ports: TCP for signaling, UDP for
media. While it is down it takes in nothing and forgets datagrams; what was under way in TCP goes on
when it is up again, as TCP would have it.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import cast

Address = tuple[str, int]

SERVER = "127.0.0.1"
PIECE = 64 * 1024


class BreakablePath:
    """Carries, or does not."""

    def __init__(self, tcp: Address, udp: Address) -> None:
        self.dropped = 0
        self._tcp = tcp
        self._udp = udp
        self._passes = asyncio.Event()
        self._passes.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flows: dict[Address, asyncio.DatagramTransport] = {}
        self._opening: set[Address] = set()

    @property
    def up(self) -> bool:
        """Whether it carries."""
        return self._passes.is_set()

    def go_down(self) -> None:
        """Carry nothing from now on."""
        self._passes.clear()

    def go_up(self) -> None:
        """Carry everything from now on."""
        self._passes.set()

    async def close(self) -> None:
        """Forget everything under way."""
        for flow in self._flows.values():
            flow.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ------------------------------------------------------------ signaling

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A device connects."""
        self._keep(self._serve(reader, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = [writer]
        try:
            await self._passes.wait()
            far_reader, far_writer = await asyncio.open_connection(*self._tcp)
            ends.append(far_writer)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._carry(reader, far_writer))
                tasks.create_task(self._carry(far_reader, writer))
        except* OSError:
            pass  # one end is gone; so is the other in a moment
        finally:
            for end in ends:
                end.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(PIECE):
            await self._passes.wait()
            writer.write(data)
            await writer.drain()
        await self._passes.wait()
        writer.close()

    # ------------------------------------------------------------ media

    def datagram(self, near: asyncio.DatagramTransport, sender: Address, data: bytes) -> None:
        """A device sends; what comes before its way onward is open is lost."""
        if not self.up:
            self.dropped += 1
        elif sender in self._flows:
            self._flows[sender].sendto(data)
        elif sender not in self._opening:
            self._opening.add(sender)
            self._keep(self._open(near, sender))

    async def _open(self, near: asyncio.DatagramTransport, sender: Address) -> None:
        loop = asyncio.get_running_loop()
        self._flows[sender], _ = await loop.create_datagram_endpoint(
            lambda: _Far(self, near, sender), remote_addr=self._udp
        )


class _Near(asyncio.DatagramProtocol):
    """Hears the devices."""

    def __init__(self, path: BreakablePath) -> None:
        self._path = path

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._path.datagram(self._transport, addr, data)


class _Far(asyncio.DatagramProtocol):
    """Hears the server's answers to one device."""

    def __init__(
        self, path: BreakablePath, near: asyncio.DatagramTransport, device: Address
    ) -> None:
        self._path = path
        self._near = near
        self._device = device

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if self._path.up:
            self._near.sendto(data, self._device)
        else:
            self._path.dropped += 1


@asynccontextmanager
async def breakable_path(host: str, tcp: Address, udp: Address) -> AsyncIterator[BreakablePath]:
    """A path from `host`, on the ports of both addresses, during the block."""
    path = BreakablePath(tcp, udp)
    near, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Near(path), local_addr=(host, udp[1])
    )
    server = await asyncio.start_server(path.accept, host, tcp[1])
    try:
        yield path
    finally:
        path.go_up()
        server.close()
        near.close()
        await path.close()


def free_port() -> int:
    """A UDP port that nobody has just now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trying:
        trying.bind((SERVER, 0))
        port: int = trying.getsockname()[1]
        return port
