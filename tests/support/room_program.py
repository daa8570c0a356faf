"""`tongke room` as a program of its own, fed by a file."""

import asyncio
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.hatched import TONGKE, hatch

PATIENCE = 15.0


@asynccontextmanager
async def room_program(link: str, clip: Path, *options: str) -> AsyncIterator[None]:
    """A classroom that shows and plays a file during the block."""
    process = await hatch(
        *(TONGKE, "room", "--link", link),
        *("--class-camera", str(clip), "--microphone", str(clip)),
        *("--echo", "hardware", "--json", *options),
        stdout=DEVNULL,
    )
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(PATIENCE):
            await process.wait()
