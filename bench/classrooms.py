"""A whole `tongke serve` with `tongke room` classrooms in one lesson, for the benches."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from server.performance import MADE, TONGKE, Made, Program, output, program
from tests.support.clips import write_clip

CLIP_S = 10.0
BITRATE = 400
"""Of each picture, in kbit/s."""
PATIENCE_S = 60.0


class Lesson:
    """A lesson on a running server, and the pictures that its classrooms send."""

    def __init__(self, made: Made, folder: Path) -> None:
        self.made = made
        """Its plan."""
        self.stripes: dict[str, int] = {}
        """Every picture's source id to the number in its stripe."""
        self._folder = folder

    async def pupils_link(self) -> str:
        """A pupil's own link, by which it comes in without waiting for a teacher."""
        words = ("lesson", "link", self.made.lesson, "--role", "pupil", "--name", "P")
        where = ("--data", str(self._folder), "--base-url", self.made.bases[0])
        return (await output(*TONGKE, *words, *where)).decode().strip()

    @asynccontextmanager
    async def room(self, place: int, *cameras: str) -> AsyncIterator[Program]:
        """One classroom with these cameras; the first of all leads the lesson."""
        made = self.made.rooms[place]
        options = []
        for name in cameras:
            number = len(self.stripes) + 1
            self.stripes[f"{made.participant}/{name}"] = number
            clip = self._folder / f"{number}.mkv"
            await asyncio.to_thread(write_clip, clip, number, CLIP_S)
            options += [f"--{name.replace('_', '-')}", str(clip)]
        joining = ("room", "--link", made.links["room" if place else "teacher"])
        flags = ("--bitrate", str(BITRATE), "--commands", "--json")
        async with program(made.name, *joining, *options, *flags) as running:
            await running.until(PATIENCE_S, lambda line: set(cameras) <= set(line.sources))
            yield running


@asynccontextmanager
async def lesson(folder: Path, rooms: int) -> AsyncIterator[Lesson]:
    """A server that runs during the block, with a lesson of the host room and so many others."""
    # Idle workers would be in the figures.
    serve = ("serve", "--workers", "1", "--data", str(folder), "--host", "127.0.0.1", "--json")
    async with program(
        "the server", *serve, "--trust-proxy", "--port", "0", "--media-port", "0"
    ) as server:
        ready = await server.until(PATIENCE_S, lambda line: line.port > 0)
        named = [word for number in range(rooms) for word in ("--room", f"B{number}")]
        where = ("--data", str(folder), "--port", str(ready.port), "--json")
        plan = ("lesson", "create", "--title", "bench", "--host-room", "A", *named, *where)
        yield Lesson(MADE.validate_json(await output(*TONGKE, *plan)), folder)
