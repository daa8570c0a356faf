"""Rooms full of receivers on a media worker, everything recorded, for the benches to measure."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.load import Load as Generator
from bench.orders import Join, camera, downward, microphone, upward
from bench.server import Server
from server.media import requests as media
from signaling.ids import LessonId, PeerId

JOIN_EVERY_S = 0.02
"""Between two receivers that join."""


class Rooms:
    """Lessons with one publisher each, recorded, and then so many receivers."""

    def __init__(self, server: Server, generator: Generator, rooms: int, folder: Path) -> None:
        self.server = server
        """What is measured."""
        self.generator = generator
        """What it is measured with."""
        self._rooms = rooms
        self._folder = folder

    async def publish(self) -> None:
        """Every room begins to send and is recorded."""
        for room in range(self._rooms):
            await self._join(f"up-{room}", room, None)
            await self.server.flows(camera(room)).wait()
            await self.server.flows(microphone(room)).wait()
            await self.server.record(room, self._folder)

    async def fill(self, subscribers: int) -> list[float]:
        """So many receivers join each room; how many seconds each took to its first picture."""
        joining = []
        async with asyncio.TaskGroup() as tasks:
            for index in range(self._rooms * subscribers):
                room, base = index % self._rooms, 10_000 + 3 * index
                ssrcs = (base, base + 1, base + 2)
                joining.append(tasks.create_task(self._join(f"down-{index}", room, ssrcs)))
                await asyncio.sleep(JOIN_EVERY_S)
        return [task.result() for task in joining]

    async def finish(self) -> int:
        """Close all recordings; their bytes."""
        return sum([await self.server.finish(room) for room in range(self._rooms)])

    async def _join(self, peer: str, room: int, ssrcs: tuple[int, int, int] | None) -> float:
        """One more peer; how many seconds it took."""
        since = time.monotonic()
        hashed = self.generator.fingerprint
        order = media.OpenPeer(
            id=next(self.server.worker.ids),
            peer=PeerId(peer),
            lesson=LessonId(f"bench-{room}"),
            agreement=upward(room, hashed) if ssrcs is None else downward(ssrcs, hashed),
        )
        opened = await self.server.open_peer(order)
        if ssrcs is not None:
            slots = (
                media.SlotBinding(mid="0", source=camera(room)),
                media.SlotBinding(mid="1", source=microphone(room)),
            )
            self.server.worker.send(media.Bind(peer=PeerId(peer), slots=slots))
        join = Join(
            peer=peer,
            room=room,
            publishes=ssrcs is None,
            transport=opened.transport,
            since=since,
        )
        return await self.generator.join(join)


@asynccontextmanager
async def publishing(rooms: int, folder: Path) -> AsyncIterator[Rooms]:
    """Rooms without receivers: the server's processes on one core, the generator on the others."""
    server, generator = Server(), Generator()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[:1])  # what is started inherits it
    await server.start()
    os.sched_setaffinity(0, cores[1:] or cores)
    await generator.start()
    try:
        taught = Rooms(server, generator, rooms, folder)
        await taught.publish()
        yield taught
    finally:
        await generator.stop()
        await server.worker.stop()
        await server.recorder.stop()
        os.sched_setaffinity(0, cores)
