"""A recorder in a process of its own, spoken to over its real sockets."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from recorder import manifest
from recorder.files import Disk
from recorder.process import Process
from recorder.requests import NOTICE, REQUEST, Notice, Ready, Request
from recorder.space import Limits
from server.live.plane import tap_pair
from signaling.boundary import Lines, encode
from signaling.rtp import tap
from tests.support.hatched import Hatched, hatch

NoticeT = TypeVar("NoticeT")

ENDS_S = 20.0


class Taps:
    """Both ends of the tap, which outlive a recorder, as the server keeps them."""

    def __init__(self, octets: int = 4 * 1024 * 1024) -> None:
        self.ours, self.theirs = tap_pair(octets)

    def send(self, records: Iterable[bytes]) -> None:
        """Batches of at most the limit, as a worker makes them."""
        batch = b""
        for record in records:
            if len(batch) + len(record) > tap.BATCH_LIMIT:
                self.ours.send(batch)
                batch = b""
            batch += record
        if batch:
            self.ours.send(batch)

    def close(self) -> None:
        """Both ends."""
        self.ours.close()
        self.theirs.close()


class RunningRecorder:
    """The server's end of a recorder."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self.notices: list[Notice] = []
        self._came = asyncio.Event()

    async def listen(self) -> None:
        """Collect notices until the recorder ends; a task of whoever started it."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._control)
        lines = Lines(NOTICE)
        try:
            while data := await reader.read(65_536):
                self.notices += lines.feed(data)
                self._came.set()
        finally:
            self._writer.close()

    def ask(self, request: Request) -> None:
        """Send a request."""
        self._writer.write(encode(REQUEST, request))

    async def told(self, kind: type[NoticeT], nth: int = 1, within: float = 10.0) -> NoticeT:
        """The nth notice of a kind, as soon as it has come."""
        async with asyncio.timeout(within):
            while len(found := self.all(kind)) < nth:
                self._came.clear()
                await self._came.wait()
        return found[nth - 1]

    def all(self, kind: type[NoticeT]) -> list[NoticeT]:
        """Those of a kind so far."""
        return [one for one in self.notices if isinstance(one, kind)]

    def hang_up(self) -> None:
        """Close the control socket, as a dying server does."""
        self._writer.close()


class RecorderProcess(RunningRecorder):
    """A recorder in a process of its own."""

    def __init__(self, control: socket.socket, process: Hatched) -> None:
        super().__init__(control)
        self.process = process

    async def end(self) -> int:
        """As when the server dies; the exit status."""
        self.hang_up()
        return await self._over()

    async def kill(self) -> None:
        """As kill -9 does."""
        self.process.kill()
        await self._over()

    async def _over(self) -> int:
        async with asyncio.timeout(ENDS_S):
            return await self.process.wait()


NO_LIMITS: dict[str, float] = {"stop_bytes": 0, "again_bytes": 0}


@asynccontextmanager
async def recorder(
    taps: Taps, space: dict[str, float] = NO_LIMITS
) -> AsyncIterator[RecorderProcess]:
    """A recorder that is ready; ended at the end if the test has not done so."""
    ours, theirs = socket.socketpair()
    with theirs:
        descriptors = (theirs.fileno(), taps.theirs.fileno())
        process = await hatch(
            "recorder.process",
            *("--control-fd", str(descriptors[0]), "--tap-fd", str(descriptors[1])),
            *("--space", json.dumps(space)),
            handles=descriptors,
        )
    running = RecorderProcess(ours, process)
    listening = asyncio.create_task(running.listen())
    try:
        await running.told(Ready)
        yield running
        if process.returncode is None:
            await running.end()
    finally:
        if process.returncode is None:
            await running.kill()
        listening.cancel()
        await asyncio.wait([listening])


@asynccontextmanager
async def recorder_here(taps: Taps, disk: Disk, limits: Limits) -> AsyncIterator[RunningRecorder]:
    """A recorder in the test's own process, on a disk of the test's."""
    ours, theirs = socket.socketpair()
    running = RunningRecorder(ours)
    packets = taps.theirs.dup()
    task = asyncio.create_task(Process(theirs, packets, limits, disk).run())
    listening = asyncio.create_task(running.listen())
    try:
        await running.told(Ready)
        yield running
    finally:
        running.hang_up()
        await asyncio.wait([task])
        listening.cancel()
        await asyncio.wait([listening])
        packets.close()
    task.result()


async def kept(folder: Path) -> tuple[manifest.Track, ...]:
    """The tracks of a lesson's manifest."""
    found = await asyncio.to_thread(manifest.load, folder)
    return found.tracks


def monotonic() -> float:
    """The clock that the worker and the recorder stamp with."""
    return time.monotonic()


def lesson_folder(base: Path) -> Path:
    """A lesson's folder as the server makes it."""
    folder = base / "lesson"
    folder.mkdir(exist_ok=True)
    return folder
