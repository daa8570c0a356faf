"""A TCP port before a UDP one, as a media worker has it: each connection is one more sender."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from signaling.rtp.framing import Frames, frame

HERE = "127.0.0.1"
Address = tuple[str, int]


class Gateway:
    """The port, and who has come by it."""

    def __init__(self, far: Address) -> None:
        self.port = 0
        """Where it listens."""
        self.lines: list[asyncio.StreamWriter] = []
        """Every connection so far."""
        self._far = far

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.lines.append(writer)
        out, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Back(writer), remote_addr=self._far
        )
        frames = Frames()
        try:
            while data := await reader.read(65_536):
                for packet in frames.feed(data):
                    out.sendto(packet)
        except ConnectionError:
            pass  # the test has cut it
        finally:
            out.close()
            writer.close()


class _Back(asyncio.DatagramProtocol):
    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._writer.write(frame(data))


class Echo(asyncio.DatagramProtocol):
    """Sends everything back."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of where to answer."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Send it back."""
        self._transport.sendto(data, addr)


@asynccontextmanager
async def gateway(far: Address) -> AsyncIterator[Gateway]:
    """The port during the block."""
    made = Gateway(far)
    server = await asyncio.start_server(made.serve, HERE, 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for line in made.lines:
            line.transport.abort()
        await asyncio.sleep(0.02)


@asynccontextmanager
async def echo() -> AsyncIterator[Gateway]:
    """A gateway behind which everything is sent back."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        Echo, local_addr=(HERE, 0)
    )
    try:
        async with gateway(transport.get_extra_info("sockname")) as made:
            yield made
    finally:
        transport.close()
        await asyncio.sleep(0)
