"""Forks the programs of tests from a process that has read all their code already.

A Python of its own takes a server two seconds of a slow core until it has read what it is made of,
and a room one; some two hundred of them start in a run. Each is a process of its own nevertheless:
forked before there is a thread or an event loop, with its own words, environment, folder and files.
What is about the start of a Python itself starts one (`tests/server/test_cli.py`, `test_wheel.py`).
"""

import fcntl
import gc
import os
import select
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass
from setproctitle import setproctitle

READ = (
    *("server.cli", "server.app", "server.front", "server.live.nursery", "server.live.plane"),
    *("server.live.runner", "server.log", "server.relay"),
    *("server.media.worker", "recorder.process", "server.jobs.runner", "client.room.command"),
)
"""All that a server, its children and a room read."""
LONGEST_ORDER = 128 * 1024
MOST_HANDLES = 8
FIRST_FREE = 1000
"""Where handles lie until each has the number that it shall have."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a program shall be."""

    module: str
    """Whose `main` it calls."""
    words: tuple[str, ...]
    """Its command line."""
    environment: dict[str, str]
    """All of it."""
    folder: str
    """Where it works."""
    handles: tuple[int, ...]
    """Which numbers the file descriptors have in it that come with the order."""


ORDER: TypeAdapter[Order] = TypeAdapter(Order)


def main() -> None:
    """Fork as ordered over the socket that is standard input, until nobody is at its other end."""
    # It finds where a title may stand by the environment that a process began with.
    setproctitle("hatchery of tests")
    for module in READ:
        import_module(module)
    # What lives for ever is left alone by collections, so that its pages stay shared.
    gc.collect()
    gc.freeze()
    order = _tend(socket.socket(fileno=0))
    if order is not None:
        sys.argv = [order.module, *order.words]
        import_module(order.module).main()


def _tend(channel: socket.socket) -> Order | None:
    """In each program what it shall be, in the hatchery nothing in the end."""
    ends: dict[int, int] = {}
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    while True:
        for number, _ in poll.poll():
            if number in ends:
                poll.unregister(number)
                _bury(number, ends.pop(number))
                continue
            data, [told, *handles], _, _ = _received(channel)
            if not data:
                return None
            pid = os.fork()
            if pid == 0:
                channel.detach()
                return _become(ORDER.validate_json(data), handles)
            for each in handles:
                os.close(each)
            os.write(told, f"{pid}\n".encode())
            handle = os.pidfd_open(pid)
            ends[handle] = told
            poll.register(handle, select.POLLIN)


def _received(channel: socket.socket) -> tuple[bytes, list[int], int, object]:
    data, handles, flags, address = socket.recv_fds(channel, LONGEST_ORDER, MOST_HANDLES)
    return data, handles or [-1], flags, address


def _bury(handle: int, told: int) -> None:
    """Tell how a program has ended."""
    ended = os.waitid(os.P_PIDFD, handle, os.WEXITED)
    assert ended is not None
    signalled = ended.si_code != os.CLD_EXITED
    with suppress(BrokenPipeError):  # whoever ordered it may have ceased to ask
        os.write(told, f"{-ended.si_status if signalled else ended.si_status}\n".encode())
    os.close(told)
    os.close(handle)


def _become(order: Order, handles: Sequence[int]) -> Order:
    """Have the folder, the environment and the file descriptors of an order, and no others."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    high = [_moved_up(each) for each in (nothing, *handles)]
    os.closerange(0, FIRST_FREE)
    for each, number in zip(high, (0, *order.handles), strict=True):
        os.dup2(each, number)
        os.close(each)
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    setproctitle(" ".join((sys.executable, "-m", order.module, *order.words)))
    return order


def _moved_up(handle: int) -> int:
    return fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, FIRST_FREE)


if __name__ == "__main__":
    main()
