"""The recorder's boundary: requests in, notices out, the tap. The shell round `Recorder`.

`python -m recorder.process --control-fd N --tap-fd M [--space JSON]`. It ends when the control
socket closes, after every part is whole and synced.
"""

import argparse
import asyncio
import logging
import signal
import socket
import time
from contextlib import suppress

from recorder.desk import Desk
from recorder.files import Disk
from recorder.requests import NOTICE, REQUEST, Notice, Progress, Ready
from recorder.space import LIMITS, Limits
from signaling.boundary import Lines, encode
from signaling.rtp import tap

LOG = logging.getLogger(__name__)

TICK_S = 0.1
WATCH_S = 1.0
PROGRESS_S = 2.0
ROOMY = 2 << 20
"""A tap that holds so much is read by the clock: woken by each message we would cost a third more.

Into one of less, a worker with twenty lessons would have put more than fits by then.
"""
MESSAGES = 16
"""So many are read together."""
ROUNDS = 64
"""Of that in one wake; then other work has its turn."""
BACKLOG = 1024 * 1024
"""Bytes of notices the server has not read; beyond it progress is left out."""


class Process:
    """Sockets, tasks and the clock of one recorder."""

    def __init__(
        self, control: socket.socket, packets: socket.socket, limits: Limits, disk: Disk
    ) -> None:
        self._control = control
        self._packets = packets
        self._limits = limits
        self._disk = disk
        self._batch = memoryview(bytearray(MESSAGES * tap.BATCH_LIMIT))
        self._writer: asyncio.StreamWriter | None = None

    async def run(self) -> None:
        """Record until the control socket closes."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._control)
        loop = asyncio.get_running_loop()
        desk = Desk(self._tell, loop.call_soon_threadsafe, self._limits, self._disk)
        self._packets.setblocking(False)
        if _room(self._packets) < ROOMY:
            loop.add_reader(self._packets, self._catch_up, desk)
        self._tell(Ready())
        try:
            async with asyncio.TaskGroup() as group:
                clocks = [
                    group.create_task(self._clock(desk)),
                    group.create_task(self._tell_progress(desk)),
                    group.create_task(self._watch(desk)),
                ]
                await self._requests(reader, desk, group)
                for clock in clocks:
                    clock.cancel()
        finally:
            loop.remove_reader(self._packets)
            self._catch_up(desk)
            await asyncio.to_thread(desk.end, time.monotonic())
            self._writer.close()
            with suppress(OSError):
                await self._writer.wait_closed()

    async def _requests(
        self, reader: asyncio.StreamReader, desk: Desk, group: asyncio.TaskGroup
    ) -> None:
        lines = Lines(REQUEST)
        while data := await _read(reader):
            for request in lines.feed(data):
                now = time.monotonic()
                self._catch_up(desk)
                await desk.request(request, now, group)

    async def _clock(self, desk: Desk) -> None:
        """Time is read before the tap: what came until then is known when it is judged by it.

        Read behind it, the seconds for which the system let this process wait in between would
        count as silence of every source.
        """
        while True:
            await asyncio.sleep(TICK_S)
            now = time.monotonic()
            desk.judge_disk(now)
            self._catch_up(desk)
            desk.tick(now)

    def _catch_up(self, desk: Desk) -> None:
        """Read what the worker sent; requests and time come after what was sent before them."""
        now = time.monotonic()
        for _ in range(ROUNDS):
            size = self._read()
            if size:
                desk.batch(self._batch[:size], now)
            if size + tap.BATCH_LIMIT <= len(self._batch):
                return

    def _read(self) -> int:
        """As many messages as fit, one behind another; their octets."""
        size = 0
        while size + tap.BATCH_LIMIT <= len(self._batch):
            try:
                more = self._packets.recv_into(self._batch[size:])
            except (BlockingIOError, InterruptedError):
                break
            if not more:
                asyncio.get_running_loop().remove_reader(self._packets)
                break
            size += more
        return size

    def _tell(self, notice: Notice) -> None:
        writer = self._writer
        if writer is None or writer.is_closing():
            return
        if isinstance(notice, Progress) and writer.transport.get_write_buffer_size() > BACKLOG:
            return
        writer.write(encode(NOTICE, notice))

    async def _tell_progress(self, desk: Desk) -> None:
        while True:
            await asyncio.sleep(PROGRESS_S)
            desk.progress()

    async def _watch(self, desk: Desk) -> None:
        """Measure free space in a thread: a hanging disk hangs no packet."""
        while True:
            await asyncio.sleep(WATCH_S)
            folder = desk.folder()
            if folder is not None:
                with suppress(OSError):
                    desk.space(await asyncio.to_thread(self._disk.space, folder))


def _room(packets: socket.socket) -> int:
    """Octets that the tap holds; the kernel answers with twice as much (socket(7))."""
    return packets.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) // 2


async def _read(reader: asyncio.StreamReader) -> bytes:
    """What the server sent; empty at the end, however it ended."""
    try:
        return await reader.read(65_536)
    except ConnectionError:
        return b""


async def serve(control: socket.socket, packets: socket.socket, limits: Limits, disk: Disk) -> None:
    """Record until the control socket closes or the process is asked to end."""
    task = asyncio.create_task(Process(control, packets, limits, disk).run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def main() -> None:
    """Read the command line and record."""
    parser = argparse.ArgumentParser(description="the recorder of tongke; started by the server")
    parser.add_argument("--control-fd", type=int, required=True)
    parser.add_argument("--tap-fd", type=int, required=True)
    parser.add_argument("--space", default="{}")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=arguments.control_fd)
    packets = socket.socket(fileno=arguments.tap_fd)
    limits = LIMITS.validate_json(arguments.space)
    asyncio.run(serve(control, packets, limits, Disk()))


if __name__ == "__main__":
    main()
