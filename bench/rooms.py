"""Rooms full of receivers on a server, everything recorded, for the benches to measure."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Generic, TypeVar

from bench.load import Load as Generator
from bench.orders import Join
from bench.sides import Side, Way

SideT = TypeVar("SideT", bound=Side)

JOIN_EVERY_S = 0.02
"""Between two receivers that join."""
AT_ONCE = 32
"""Receivers that join at once at most: fewer than a server shakes hands with."""
FAVOUR = -15
"""Priority of what is measured."""
AUTOGROUP = Path("/proc/self/autogroup")
RECOGNISED = 200
"""Of so many receivers every packet is decrypted and recognised, of more one of each stream every
`SELDOM` turns: the generator has one core."""
SELDOM = 4


def same(room: int) -> int:
    """A receiver watches its own room."""
    return room


def neighbour(room: int) -> int:
    """A receiver watches the other room of its lesson of two."""
    return room ^ 1


class Rooms(Generic[SideT]):
    """Rooms with one publisher each, recorded, and then so many receivers."""

    def __init__(self, server: SideT, generator: Generator, rooms: int, *, remb: bool) -> None:
        self.server = server
        """What is measured."""
        self.generator = generator
        """What it is measured with."""
        self._rooms = rooms
        self._remb = remb
        self.receivers = 0
        """How many have begun to join."""

    async def publish(self) -> None:
        """Every room begins to send and is recorded."""
        for room in range(self._rooms):
            since = time.monotonic()
            way = await self.server.publish(room, self.generator.fingerprint)
            await self.generator.join(_join(way, f"up-{room}", room, since, publishes=True))
            await self.server.published(room)

    async def fill(
        self,
        subscribers: int,
        watched: Callable[[int], int] = same,
        every_s: float = JOIN_EVERY_S,
        at_once: int = AT_ONCE,
    ) -> list[float]:
        """So many receivers more join each room; the seconds each took to its first picture."""
        count, joining = self._rooms * subscribers, []
        room_for = asyncio.Semaphore(at_once)
        each = 1 if self.receivers + count <= RECOGNISED else SELDOM
        async with asyncio.TaskGroup() as tasks:
            for index in range(count):
                number, self.receivers = self.receivers, self.receivers + 1
                room = watched(index % self._rooms)
                await room_for.acquire()
                task = tasks.create_task(self._watch(room, number, each))
                task.add_done_callback(lambda _: room_for.release())
                joining.append(task)
                await asyncio.sleep(every_s)
        return [task.result() for task in joining]

    async def _watch(self, room: int, number: int, each: int) -> float:
        since = time.monotonic()
        way = await self.server.watch(room, number, self.generator.fingerprint)
        peer = f"down-{number}"
        join = _join(way, peer, room, since, remb=self._remb, each=each)
        return await self.generator.join(join)

    async def finish(self) -> int:
        """Close all recordings; their bytes."""
        return await self.server.finish()


def _join(
    way: Way,
    peer: str,
    room: int,
    since: float,
    *,
    publishes: bool = False,
    remb: bool = False,
    each: int = 1,
) -> Join:
    return Join(
        peer=peer,
        room=room,
        publishes=publishes,
        layers=way.layers,
        video_type=way.video_type,
        audio_type=way.audio_type,
        extensions=way.extensions,
        remb=remb,
        each=each,
        transport=way.transport,
        since=since,
    )


@contextmanager
def favoured() -> Iterator[None]:
    """What this session runs goes before others on its cores, where that may be asked for.

    Both sides and the generator alike: the machine is theirs, whatever else is done on it. Where
    Linux shares a core between sessions first, a process's own priority counts within its session
    alone (sched(7), autogroup).
    """
    before = os.getpriority(os.PRIO_PROCESS, 0)
    _set_priority(FAVOUR)
    try:
        yield
    finally:
        _set_priority(before)


def _set_priority(nice: int) -> None:
    with suppress(OSError):  # not for everybody, or a kernel without groups
        os.setpriority(os.PRIO_PROCESS, 0, nice)
    with suppress(OSError):
        AUTOGROUP.write_text(str(nice))


@asynccontextmanager
async def publishing(
    server: SideT, rooms: int, folder: Path, *, srtp: str = "aes-128-gcm", remb: bool = False
) -> AsyncIterator[Rooms[SideT]]:
    """Rooms without receivers: the server's processes on one core, the generator on the others."""
    generator = Generator()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[:1])  # what is started inherits it
    with favoured():
        try:
            await server.start(folder)
            os.sched_setaffinity(0, cores[1:] or cores)
            await generator.start(srtp)
            try:
                taught = Rooms(server, generator, rooms, remb=remb)
                await taught.publish()
                yield taught
            finally:
                await generator.stop()
        finally:
            await server.stop()
            os.sched_setaffinity(0, cores)
