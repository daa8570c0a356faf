"""WHIP and WHEP clients that nobody here wrote, each a program of its own."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).parent
PROGRAMS = {
    "webrtcbin": ("/usr/bin/python3", str(HERE / "webrtcbin.py")),
    "wrtc": ("node", str(HERE / "wrtc.mjs")),
}
PATIENCE = 20.0

Line = dict[str, Any]


class Box:
    """One client, and what it has said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._news = asyncio.Condition()
        self.lines: list[Line] = []

    async def listen(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            async with self._news:
                self.lines.append(json.loads(line))
                self._news.notify_all()

    async def until(self, pick: Callable[[Line], bool]) -> Line:
        """Wait for a line."""
        async with asyncio.timeout(PATIENCE), self._news:
            while (found := next(filter(pick, self.lines), None)) is None:
                await self._news.wait()
        return found

    async def is_connected(self) -> str:
        """Wait for its peer; the path of its session."""
        made = await self.until(lambda line: "status" in line)
        assert made["status"] == 201
        await self.until(lambda line: line.get("connection") == "connected")
        return str(made["session"])

    def cut_power(self) -> None:
        """It says no goodbye."""
        self._process.kill()

    async def gets(self, **frames: int) -> None:
        """Wait until it has decoded so many, by what it calls them."""
        await self.until(
            lambda line: all(
                line.get("frames", {}).get(name, 0) >= least for name, least in frames.items()
            )
        )


@asynccontextmanager
async def box(
    program: str, kind: Literal["whip", "whep"], url: str, token: str
) -> AsyncIterator[Box]:
    """A client during the block."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAMS[program],
        *(kind, url, token),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=sys.stderr,
    )
    made = Box(process)
    listening = asyncio.create_task(made.listen())
    try:
        yield made
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await listening
