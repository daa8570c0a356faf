"""A real media worker process with its two sockets, spoken to as the server does."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from server.media.requests import (
    NOTICE,
    REQUEST,
    Load,
    Notice,
    OpenPeer,
    PeerOpened,
    ReadLoad,
    Ready,
    Request,
)
from signaling.agreement import Agreement, Transport
from signaling.boundary import Lines, encode
from signaling.ids import LessonId, PeerId
from signaling.rtp.tap import BATCH_LIMIT, PACKET, PERIOD, Record, records
from tests.support.hatched import hatch

NoticeT = TypeVar("NoticeT", bound=Notice)

PUMP = "auto"
"""Which pump workers are told to use; tests of both change it."""
HANDED_ON_S = 0.3
"""Seconds after which a worker that was not held up has handed on what came."""
PATIENCE = 15.0
"""Seconds after which an expected notice will not come any more."""


class MediaWorker:
    """The server's end of a worker."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tap: socket.socket
    ) -> None:
        self._reader, self._writer, self.tap = reader, writer, tap
        self._lines = Lines(NOTICE)
        self._ids = itertools.count(1)
        self.notices: list[Notice] = []
        self.addresses: list[tuple[str, int]] = []
        self._arrived = asyncio.Condition()

    async def listen(self) -> None:
        """Gather notices until the worker ends."""
        while data := await self._reader.read(65_536):
            async with self._arrived:
                self.notices += self._lines.feed(data)
                self._arrived.notify_all()

    def send(self, request: Request) -> None:
        """Ask the worker for something."""
        self._writer.write(encode(REQUEST, request))

    async def notice(self, kind: type[NoticeT], **fields: object) -> NoticeT:
        """The first notice of a kind with these fields, now or soon; it is taken away."""

        def found() -> NoticeT | None:
            for each in self.notices:
                if isinstance(each, kind) and all(
                    getattr(each, name) == value for name, value in fields.items()
                ):
                    return each
            return None

        async with asyncio.timeout(PATIENCE), self._arrived:
            while (each := found()) is None:
                await self._arrived.wait()
        self.notices.remove(each)
        return each

    async def open(self, peer: str, agreement: Agreement) -> Transport:
        """Open a peer; our end of its transport."""
        identity = next(self._ids)
        self.send(
            OpenPeer(id=identity, peer=PeerId(peer), lesson=LessonId("lesson"), agreement=agreement)
        )
        return (await self.notice(PeerOpened, id=identity)).transport

    async def load(self) -> Load:
        """Its counters."""
        identity = next(self._ids)
        self.send(ReadLoad(id=identity))
        return await self.notice(Load, id=identity)

    async def tapped(self, wanted: int = 0) -> list[Record]:
        """So many packets at least that were handed to the tap, once the worker hands them on.

        Senders of aiortc report their clocks about each second; those records are left out.
        """
        await asyncio.sleep(HANDED_ON_S)
        found = self._in_tap()
        async with asyncio.timeout(PATIENCE):
            while len(found) < wanted:
                await asyncio.sleep(PERIOD)
                found += self._in_tap()
        return found

    def _in_tap(self) -> list[Record]:
        found: list[Record] = []
        while True:
            try:
                batch = self.tap.recv(BATCH_LIMIT)
            except BlockingIOError:
                return found
            if not batch:
                return found
            found += (one for one in records(batch) if one.kind == PACKET)


def listen_address(text: str) -> tuple[str, int]:
    """`address:port` as a socket takes it."""
    address, _, port = text.rpartition(":")
    return address, int(port)


@asynccontextmanager
async def media_worker(*extra: str, listen: str = "127.0.0.1:0") -> AsyncIterator[MediaWorker]:
    """A worker that listens on loopback; ended by closing its control socket."""
    control, theirs = socket.socketpair()
    tap, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    tap.setblocking(False)
    with theirs, far:
        process = await hatch(
            "server.media.worker",
            *("--control-fd", str(theirs.fileno()), "--tap-fd", str(far.fileno())),
            *("--listen", listen, "--pump", PUMP, *extra),
            handles=(theirs.fileno(), far.fileno()),
        )
    with tap:
        reader, writer = await asyncio.open_unix_connection(sock=control)
        worker = MediaWorker(reader, writer, tap)
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(worker.listen())
            ready = await worker.notice(Ready)
            worker.addresses = [listen_address(each) for each in ready.addresses]
            try:
                yield worker
            finally:
                writer.close()
                async with asyncio.timeout(PATIENCE):
                    assert await process.wait() == 0
                listening.cancel()
