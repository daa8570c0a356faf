"""The demo's programs and what they print: server and classrooms, run as people run them."""

import asyncio
import json
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import field

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

LOOSE = ConfigDict(extra="ignore")
TONGKE = (sys.executable, "-P", "-c", "from server.cli import main; main()")
"""The command, found without a search path and whatever lies in the working folder."""
LINES = 200
"""Lines of a program's output that are kept; the oldest is forgotten first."""
ENDS_S = 10.0
"""A program that was asked to end is killed after this."""


class StageError(Exception):
    """One of the demo's programs did not do its part; the message says which and what it said."""


@dataclass(frozen=True, kw_only=True, config=LOOSE)
class Received:
    """What a classroom says of one source at the end."""

    kind: str | None
    """What it is."""
    frames: int
    """Whole frames that came."""
    sound_s: float
    """Seconds of sound that came."""
    first_ms: int | None
    """When the first came, counted from the start of its program."""
    decoded: int
    """Frames that were decoded."""
    moved: int
    """Pictures that differ from the one before."""
    heard_s: float
    """Seconds of sound louder than silence."""


@dataclass(frozen=True, kw_only=True, config=LOOSE)
class Line:
    """One line of a program's JSON output, with what the demo needs of it."""

    event: str = ""
    """What happened."""
    ms: int = 0
    """When, counted from the start of the program."""
    participant: str = ""
    """In `joined`: who it is."""
    port: int = 0
    """Of the server's first line."""
    bases: tuple[str, ...] = ()
    """Of the server's first line: how links may begin."""
    sources: tuple[str, ...] = ()
    """In `sending`: what."""
    code: str = ""
    """In `refused`: why."""
    command: str = ""
    """In `done` and `refused`: what was asked."""
    received: dict[str, Received] = field(default_factory=dict)
    """In `stats`: what came, by source."""


LINE: TypeAdapter[Line] = TypeAdapter(Line)


@dataclass(frozen=True, kw_only=True, config=LOOSE)
class MadeRoom:
    """A classroom of the lesson that was created."""

    participant: str
    """Its id."""
    name: str
    """What it is called."""
    links: dict[str, str]
    """By role."""


@dataclass(frozen=True, kw_only=True, config=LOOSE)
class Made:
    """The lesson that was created, as `tongke lesson create --json` prints it."""

    lesson: str
    """Its id."""
    rooms: tuple[MadeRoom, ...]
    """The host room first."""
    links: dict[str, str]
    """Links without a classroom, by role."""
    bases: tuple[str, ...]
    """How links may begin; this machine's own name first."""


MADE: TypeAdapter[Made] = TypeAdapter(Made)


class Program:
    """A child process that prints JSON lines and obeys lines on its standard input."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        """What it is called in messages."""
        self.lines: deque[Line] = deque(maxlen=LINES)
        """What it printed."""
        self._process = process
        self._news = asyncio.Condition()
        self._ended = False

    async def read(self) -> None:
        """Take its output until it ends."""
        assert self._process.stdout is not None
        async for raw in self._process.stdout:
            async with self._news:
                self.lines.append(LINE.validate_json(raw))
                self._news.notify_all()
        async with self._news:
            self._ended = True
            self._news.notify_all()

    async def until(self, seconds: float, wanted: Callable[[Line], bool]) -> Line:
        """Wait for a line.

        Raises:
            StageError: it does not come in time, or the program ended before.
        """
        try:
            async with asyncio.timeout(seconds), self._news:
                while (line := next(filter(wanted, self.lines), None)) is None:
                    if self._ended:
                        raise StageError(f"{self.name} ended: {self._last_words()}")
                    await self._news.wait()
                return line
        except TimeoutError as error:
            raise StageError(f"{self.name} does not go on: {self._last_words()}") from error

    def tell(self, **command: object) -> None:
        """Give it a command."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command, ensure_ascii=False).encode() + b"\n")

    async def end(self) -> None:
        """Ask it to end, and make it."""
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(ENDS_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def _last_words(self) -> str:
        refused = [line for line in self.lines if line.code]
        last = refused[-1:] or list(self.lines)[-1:]
        return " ".join(f"{line.event} {line.code}".strip() for line in last) or "it said nothing"


@asynccontextmanager
async def program(name: str, *arguments: str) -> AsyncIterator[Program]:
    """A running `tongke` command that is ended at the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *TONGKE,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C reaches the demo alone, which ends them in order
        limit=4 * 1024 * 1024,
    )
    running = Program(name, process)
    reading = asyncio.create_task(running.read())
    try:
        yield running
    finally:
        await running.end()
        await reading


async def output(*command: str) -> bytes:
    """What a command prints.

    Raises:
        StageError: it fails.
    """
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    if process.returncode != 0:
        raise StageError(f"`{' '.join(command[-3:])}` failed")
    return printed
