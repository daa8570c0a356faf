"""Somebody who watches a lesson and notes when what arrived: a room of ours without sources."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from itertools import pairwise

import aiohttp

from client.room.room import Doors, Room
from signaling.ids import SourceId
from signaling.messages import Size, View

LOOKS_S = 0.01
SILENT_S = 0.4
"""Without a frame for so long, a source is not there: a clip has one every 67 ms."""
STEP_S = 0.1
"""What began so much before something was not its doing."""
PATIENCE_S = 15.0


class Witness:
    """Notes the monotonic second of every frame of every source."""

    def __init__(self, room: Room) -> None:
        self.arrivals: dict[SourceId, list[float]] = defaultdict(list)
        self._room = room
        self._news = asyncio.Event()

    async def look(self) -> None:
        """Note until cancelled."""
        counted: dict[SourceId, int] = {}
        while True:
            now = time.monotonic()
            for source, seen in self._room.sight.seen.items():
                if seen.frames > counted.get(source, 0):
                    counted[source] = seen.frames
                    self.arrivals[source].append(now)
                    self._news.set()
            await asyncio.sleep(LOOKS_S)

    async def sees(self, sources: int) -> None:
        """Wait until so many sources arrive."""
        await self._until(lambda: len(self.present()) >= sources)

    async def sees_a(self, name: str) -> None:
        """Wait until a source of this name arrives, whosever it is."""
        await self._until(lambda: any(one.endswith(f"/{name}") for one in self.present()))

    async def _until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                self._news.clear()
                await self._news.wait()

    async def shows(self, rows: int) -> None:
        """Say that everything that arrives is shown in so many rows."""
        sizes = tuple(Size(source=source, rows=rows) for source in self.present())
        await self._room.command(lambda number: View(id=number, shown=(), sizes=sizes))

    async def gets(self, rows: int) -> None:
        """Wait until every picture that arrives has so many rows; it has to decode them."""
        await self._until(lambda: {self.height(source) for source in self.present()} == {rows})

    def height(self, source: SourceId) -> int:
        return self._room.sight.seen[source].height

    def broken(self) -> int:
        """Frames that it could not decode."""
        return sum(seen.broken for seen in self._room.sight.seen.values())

    def present(self) -> list[SourceId]:
        """The sources that arrive just now."""
        now = time.monotonic()
        return [source for source, at in self.arrivals.items() if now - at[-1] < SILENT_S]

    def loss(self) -> float:
        """Share of packets that never came to it, repeated ones neither; 0 if none is missing."""
        return self._room._media.loss()

    def longest(self, source: SourceId, since: float) -> float:
        """The longest time between two frames of a source, in seconds; until now, if it is over."""
        at = [since, *(one for one in self.arrivals[source] if one > since), time.monotonic()]
        return max(after - before for before, after in pairwise(at))

    def silences(self, source: SourceId, since: float) -> list[tuple[float, float]]:
        """When a source was not there: beginnings and ends; one that lasts ends never.

        What had begun before and was over soon is left out.
        """
        at = [one for one in self.arrivals[source] if one > since - 1]
        pairs = zip(at, [*at[1:], time.monotonic()], strict=True)
        found = [
            (a, b)
            for a, b in pairs
            if b - a > SILENT_S and (b > since + SILENT_S or since - STEP_S < a)
        ]
        if at and found and found[-1][0] == at[-1]:
            found[-1] = (at[-1], float("inf"))
        return found if at else [(since, float("inf"))]

    def away(self, sources: Collection[SourceId], since: float) -> dict[SourceId, float]:
        """How many seconds after `since` each source was there for good."""
        return {
            source: max([end - since for _, end in self.silences(source, since)], default=0.0)
            for source in sources
        }


@asynccontextmanager
async def witness(link: str, *, decodes: bool = False) -> AsyncIterator[Witness]:
    """A viewer of a lesson during the block, who may decode what arrives."""
    doors = Doors(link=link, loudspeaker=True, prove=decodes, name="旁听")
    async with aiohttp.ClientSession() as http:
        room = Room(doors, (), http, lambda word, data: None)
        watching = Witness(room)
        tasks = [asyncio.create_task(room.run()), asyncio.create_task(watching.look())]
        try:
            yield watching
        finally:
            await room.leave()
            tasks[1].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
