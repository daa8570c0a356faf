"""A program of ours as a process of its own, started in milliseconds: our end of a hatchery."""

import asyncio
import atexit
import os
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.support.hatchery import ORDER, Order

TONGKE = "server.cli"
"""The module of the command."""
ROOT = Path(__file__).parents[2]
HATCHERY = ("-m", "tests.support.hatchery")
MOST = 64 * 1024
"""Bytes that are read at once."""


class HatcheryGoneError(Exception):
    """The hatchery has ended before it forked what was asked for."""


class Hatched:
    """As much of `asyncio.subprocess.Process` as is asked of one."""

    def __init__(self, told: int, outputs: dict[int, int]) -> None:
        self.pid = 0
        self.returncode: int | None = None
        streams = {number: asyncio.StreamReader() for number in outputs}
        for number, handle in outputs.items():
            _forward(handle, streams[number].feed_data, streams[number].feed_eof)
        self.stdout, self.stderr = streams.get(1), streams.get(2)
        self._told = b""
        self._began, self._ended = asyncio.Event(), asyncio.Event()
        _forward(told, self._tell, self._silent)

    async def begin(self) -> None:
        """Wait until it runs."""
        await self._began.wait()
        if not self.pid:
            raise HatcheryGoneError

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Have it end in order."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a word."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit status once it has ended; if by a signal, the negative number of that."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        """All that it says, once it has ended."""
        said = [b"" if one is None else await one.read() for one in (self.stdout, self.stderr)]
        await self.wait()
        return said[0], said[1]

    def _tell(self, data: bytes) -> None:
        """Two lines in its life: the process id and the exit status."""
        self._told += data
        lines = self._told.split(b"\n")[:-1]
        self.pid = int(lines[0]) if lines else 0
        self._began.set()
        if len(lines) > 1:
            self.returncode = int(lines[1])
            self._ended.set()

    def _silent(self) -> None:
        self._began.set()


async def hatch(
    module: str,
    *words: str,
    stdout: int | None = None,
    stderr: int | None = None,
    handles: Sequence[int] = (),
    environment: dict[str, str] | None = None,
) -> Hatched:
    """Have a module's `main` run in a process of its own, as by `python -m`.

    `stdout`, `stderr` and `environment` are as `asyncio.create_subprocess_exec` takes them, the
    `handles` as its `pass_fds`.
    """
    told, tell = os.pipe()
    outputs: dict[int, int] = {}
    theirs = [tell]
    for number, wanted in ((1, stdout), (2, stderr)):
        theirs.append(_output(number, wanted, outputs))
    order = Order(
        module=module,
        words=words,
        environment=dict(os.environ) if environment is None else environment,
        folder=str(Path.cwd()),
        handles=(1, 2, *handles),
    )
    socket.send_fds(_hatchery(), [ORDER.dump_json(order)], [*theirs, *handles])
    for each in theirs:
        os.close(each)
    hatched = Hatched(told, outputs)
    await hatched.begin()
    return hatched


def _output(number: int, wanted: int | None, outputs: dict[int, int]) -> int:
    """What a program shall have as such an output; `outputs` get our end of a pipe."""
    if wanted == PIPE:
        outputs[number], theirs = os.pipe()
        return theirs
    return os.open(os.devnull, os.O_WRONLY) if wanted == DEVNULL else os.dup(number)


@cache
def _hatchery() -> socket.socket:
    """The hatchery of this process, from now on until it ends."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            (sys.executable, *HATCHERY),
            stdin=theirs.fileno(),
            cwd=ROOT,
            # A process that forks must have one thread; NumPy would make one per core.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _forward(handle: int, feed: Callable[[bytes], None], end: Callable[[], None]) -> None:
    """Hand on what comes through a pipe, and then its end."""
    loop = asyncio.get_running_loop()
    os.set_blocking(handle, False)

    def read() -> None:
        data = os.read(handle, MOST)
        if data:
            feed(data)
        else:
            loop.remove_reader(handle)
            os.close(handle)
            end()

    loop.add_reader(handle, read)
