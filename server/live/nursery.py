"""Forks our children from a process that has read all their code already.

A Python of its own takes a second of a core to import what a media worker needs, and that second is
part of every outage; a fork takes some milliseconds and shares what was read (docs/decisions/0014).
The nursery is forked from the command itself, before it has a thread or an event loop.
"""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass
from setproctitle import setproctitle

LONGEST_ORDER = 64 * 1024
MOST_HANDLES = 4
PATIENCE_S = 10.0
"""How long a fork may take, at first with all that is to be read before it."""


class NurseryGoneError(Exception):
    """The nursery does not answer: children must be started without it."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a child shall be."""

    module: str
    """Whose `main` it calls."""
    arguments: tuple[str, ...]
    """Its command line, file descriptors excepted."""
    handles: tuple[str, ...]
    """The option before each file descriptor that comes with the order."""


ORDER: TypeAdapter[Order] = TypeAdapter(Order)


class Fork:
    """A forked child, as much of `asyncio.subprocess.Process` as is asked of one."""

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        """0 once it has ended: how is known to the nursery alone."""
        self._handle = handle
        self._ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(handle, self._end)

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal; it never reaches a later process of the same number."""
        if self.returncode is None:
            signal.pidfd_send_signal(self._handle, number)

    async def wait(self) -> None:
        """Wait until it has ended."""
        await self._ended.wait()

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._handle)
        os.close(self._handle)
        self.returncode = 0
        self._ended.set()


class Nursery:
    """Our end: asks for one child after the other."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._turn = asyncio.Lock()

    async def fork(
        self, module: str, arguments: Sequence[str], handles: Mapping[str, socket.socket]
    ) -> Fork:
        """Have a child call a module's `main`; it inherits the handles, by options.

        Raises:
            NurseryGoneError: it has died or is stuck; nothing is asked of it again.
        """
        order = Order(module=module, arguments=tuple(arguments), handles=tuple(handles))
        descriptors = [one.fileno() for one in handles.values()]
        async with self._turn:
            try:
                socket.send_fds(self._channel, [ORDER.dump_json(order)], descriptors)
                async with asyncio.timeout(PATIENCE_S):
                    await _readable(self._channel)
                data, [handle], _, _ = socket.recv_fds(self._channel, 32, 1)
                return Fork(int(data), handle)
            # A late answer must not be taken for that of the next order.
            except asyncio.CancelledError:
                self._channel.close()
                raise
            except (OSError, ValueError) as error:
                self._channel.close()
                raise NurseryGoneError from error


async def _readable(channel: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    loop.add_reader(channel, came.set)
    try:
        await came.wait()
    finally:
        loop.remove_reader(channel)


def open_nursery(modules: Sequence[str]) -> Nursery:
    """Become two: this process goes on, the other forks children and ends with the server.

    It reads the modules before the first fork; any other is read by its child.
    Call it with one thread and no event loop. In the nursery and in each child it never returns but
    ends by `SystemExit`, so that what the command has opened around it is closed.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    sys.stdout.flush()
    sys.stderr.flush()
    if os.fork() == 0:
        ours.close()
        _tend(theirs, modules)
        raise SystemExit
    theirs.close()
    ours.setblocking(False)
    return Nursery(ours)


def _tend(channel: socket.socket, modules: Sequence[str]) -> None:
    """Fork as ordered until the server is gone; in a child, be it."""
    # A process group of its own: Ctrl-C reaches the server alone, which ends all in order.
    os.setpgid(0, 0)
    setproctitle("tongke nursery")
    # Whoever dies is gone at once; the server waits for it by its handle.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for module in modules:
        import_module(module)
    # What lives for ever is left alone by collections, so that its pages stay shared.
    gc.collect()
    gc.freeze()
    while True:
        data, descriptors, _, _ = socket.recv_fds(channel, LONGEST_ORDER, MOST_HANDLES)
        if not data:
            return
        pid = os.fork()
        if pid == 0:
            channel.close()
            _be(ORDER.validate_json(data), descriptors)
            return
        handle = os.pidfd_open(pid)
        socket.send_fds(channel, [str(pid).encode()], [handle])
        for each in (*descriptors, handle):
            os.close(each)


def _be(order: Order, descriptors: Sequence[int]) -> None:
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    given = [
        word
        for option, number in zip(order.handles, descriptors, strict=True)
        for word in (option, str(number))
    ]
    sys.argv = [order.module, *given, *order.arguments]
    setproctitle(" ".join(("tongke", *sys.argv)))
    import_module(order.module).main()
