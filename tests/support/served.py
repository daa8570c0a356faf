"""A real server process for tests, with its real children, in a data folder of its own."""

import asyncio
import json
import signal
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from aiohttp import ClientSession

from server.access.tokens import load_key
from server.actions import lessons
from server.actions.links import LessonLinks, LinkMaker
from signaling.events import Role
from tests.support.faulty import MODULE, Fault, environment
from tests.support.hatched import TONGKE, Hatched, hatch
from tests.support.waiting import until

START_SECONDS = 30.0
STOP_SECONDS = 15.0
END_SECONDS = 15.0


@dataclass
class Served:
    """A running server."""

    process: Hatched
    base: str
    data: Path
    setup_port: int | None = None

    def child(self, module: str) -> int:
        """The process id of the first child that runs a module."""
        return self.children(module)[0]

    def children(self, module: str) -> list[int]:
        """The process ids of the children that run a module."""
        return [pid for pid, name in children(self.process.pid) if module in name]

    async def stop(self) -> int:
        """End it in order; its exit status."""
        return await _end(self.process, signal.SIGTERM)

    async def kill(self) -> None:
        """End it without a word."""
        await _end(self.process, signal.SIGKILL)

    async def get(self, path: str, bearer: str) -> bytes:
        """What a link's holder gets from a path."""
        headers = {"Authorization": f"Bearer {bearer}"}
        async with ClientSession() as http, http.get(self.base + path, headers=headers) as answer:
            assert answer.status == 200, answer.status
            return await answer.read()

    async def lesson(self, title: str = "数学", rooms: tuple[str, ...] = ("乙",)) -> LessonLinks:
        """Plan a lesson beside the running server."""
        new = lessons.NewLesson(title=title, host_room="甲", rooms=rooms, minutes=40)
        maker = await self.maker()
        return await lessons.create(self.data, new, maker, [self.base], datetime.now(UTC))

    async def maker(self) -> LinkMaker:
        """What makes its links, as the command does that it would take a second to start."""
        key = await asyncio.to_thread(load_key, self.data / "secret.key")
        expires = datetime.now(UTC) + timedelta(days=1)
        return LinkMaker(base=self.base, key=key, expires=int(expires.timestamp()))


@asynccontextmanager
async def served(
    data: Path,
    *options: str,
    port: int = 0,
    fault: Fault | None = None,
    tls: bool = False,
    workers: int = 1,
) -> AsyncIterator[Served]:
    """A server that runs during the block; with a `fault`, on the disk that it describes.

    It speaks plain HTTP, as behind a proxy, unless it shall have `tls` by its own certificate.
    """
    front = ("--setup-port", "0") if tls else ("--trust-proxy",)
    words = (
        *("serve", "--data", str(data), "--host", "127.0.0.1", "--json"),
        *("--port", str(port), "--media-port", "0", *front, *options),
        *("--workers", str(workers)),
    )
    module = TONGKE if fault is None else MODULE
    around = None if fault is None else environment(fault)
    process = await hatch(module, *words, stdout=PIPE, environment=around)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            ready = json.loads(await process.stdout.readline())
        base = f"{'https' if tls else 'http'}://127.0.0.1:{ready['port']}"
        yield Served(process, base, data, ready["setup_port"])
    finally:
        if process.returncode is None:
            await _end(process, signal.SIGTERM)


async def tongke(*words: str) -> str:
    """What a command prints; it must succeed."""
    process = await hatch(TONGKE, *words, stdout=PIPE)
    out, _ = await process.communicate()
    assert process.returncode == 0, words
    return out.decode()


async def stored_as_ended(data: Path) -> None:
    """Wait until the database says of its one lesson that it is over."""

    async def ended() -> bool:
        return [one["state"] for one in await lessons.newest(data)] == ["ended"]

    await until(ended, END_SECONDS, every=0.2)


async def pupils_token(served: Served, lesson: LessonLinks, name: str) -> str:
    """What a pupil's own link holds; it is not made to wait for a teacher."""
    maker = await served.maker()
    return token(await lessons.link(served.data, lesson["lesson"], Role.PUPIL, None, maker, name))


def token(link: str) -> str:
    """The token in a link."""
    return link.partition("#")[2]


def children(pid: int) -> list[tuple[int, str]]:
    """Process id and command line of every process that a process has started, or its children."""
    found = []
    for one in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            found.append((one.pid, " ".join(one.cmdline())))
    return found


async def _end(process: Hatched, with_signal: signal.Signals) -> int:
    process.send_signal(with_signal)
    async with asyncio.timeout(STOP_SECONDS):
        return await process.wait()
