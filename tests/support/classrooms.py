"""A classroom as a real `tongke room` process that tells what happens in JSON lines."""

import asyncio
import json
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.hatched import TONGKE, Hatched, hatch

PATIENCE = 30.0
Line = dict[str, object]


@dataclass
class Classroom:
    """A running room and everything it said."""

    process: Hatched
    said: list[Line] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, pick: Callable[[Line], bool], after: int = 0) -> Line:
        """Wait for a line, not counting the first `after`."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = next((line for line in self.said[after:] if pick(line)), None)
                if found is not None:
                    return found
                self.news.clear()
                await self.news.wait()

    async def event(self, name: str, after: int = 0) -> Line:
        """Wait for an event of a name."""
        return await self.until(lambda line: line["event"] == name, after)

    async def listen(self) -> None:
        """Take in what it says."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.said.append(json.loads(line))
            self.news.set()


@asynccontextmanager
async def classroom(link: str, clip: Path, *options: str) -> AsyncIterator[Classroom]:
    """A room that sends a clip's picture and sound and proves what it receives."""
    process = await hatch(
        *(TONGKE, "room", "--link", link),
        *("--camera", str(clip), "--microphone", str(clip), "--echo", "system"),
        *("--check-media", "--json", *options),
        stdout=PIPE,
    )
    room = Classroom(process)
    listening = asyncio.create_task(room.listen())
    try:
        yield room
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await listening
