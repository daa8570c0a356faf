"""`tongke room` as a program of its own, fed by a file."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

PATIENCE = 15.0


@asynccontextmanager
async def room_program(link: str, clip: Path, *options: str) -> AsyncIterator[None]:
    """A classroom that shows and plays a file during the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from server.cli import main; main()", "room", "--link", link),
        *("--class-camera", str(clip), "--microphone", str(clip)),
        *("--echo", "hardware", "--json", *options),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(PATIENCE):
            await process.wait()
