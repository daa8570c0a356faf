"""`tongke room` as a program of its own, fed by a file."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.hatched import TONGKE, Hatched, hatch

PATIENCE = 15.0


class RoomProgram:
    """The running program; keeps what it says."""

    def __init__(self, process: Hatched | Process) -> None:
        self.process = process
        """Of the system."""
        self.said: list[dict[str, Any]] = []
        """Its lines, each with its `event`."""

    async def listen(self) -> None:
        """Take in what it says until it ends."""
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self.said.append(json.loads(line))

    async def sees(self, source: str) -> float:
        """Wait for the first frame of a source; how many seconds after it was let in that came."""
        async with asyncio.timeout(PATIENCE):
            while not self._first(source):  # noqa: ASYNC110 - lines have no event to wait for
                await asyncio.sleep(0.05)
        joined: int = next(each["ms"] for each in self.said if each["event"] == "joined")
        return (self._first(source)[0] - joined) / 1000

    def _first(self, source: str) -> list[int]:
        said = [each for each in self.said if each["event"] == "first_frame"]
        return [each["ms"] for each in said if each["source"] == source]


@asynccontextmanager
async def room_program(
    link: str, clip: Path, *options: str, inside: Sequence[str] = ()
) -> AsyncIterator[RoomProgram]:
    """A classroom that shows and plays a file during the block.

    `inside` is what its command begins with, where it runs in another network.
    """
    words = (
        *("room", "--link", link),
        *("--class-camera", str(clip), "--microphone", str(clip)),
        *("--echo", "hardware", "--json", *options),
    )
    process = await _inside(inside, words) if inside else await hatch(TONGKE, *words, stdout=PIPE)
    running = RoomProgram(process)
    listening = asyncio.create_task(running.listen())
    try:
        yield running
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(PATIENCE):
            await process.wait()
            await listening


async def _inside(inside: Sequence[str], words: Sequence[str]) -> Process:
    """In a network that no hatchery is in."""
    program = (*inside, sys.executable, "-c", f"from {TONGKE} import main; main()")
    return await asyncio.create_subprocess_exec(*program, *words, stdout=PIPE)
