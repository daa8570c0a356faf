"""A lesson whose second classroom is at the weak end of a line. A shell round real programs."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final, cast

from bench.reliability.clocks import Clocks, Reading
from bench.reliability.footage import camera
from bench.reliability.network import HERE, WeakNetwork
from bench.reliability.rows import Browser
from bench.reliability.seen import Counters, Frame, Seen, piece
from server.actions.links import LessonLinks
from signaling.events import Mode
from signaling.messages import Done, EndLesson, SetMode, StartLesson
from tests.support.browsers import LAPTOP, Browsers, Page, browsers
from tests.support.caller import Caller, called
from tests.support.served import Served, served, token
from tests.support.waiting import until

WATCH: Final = Path(__file__).with_name("watch.js")
HOST_HERTZ, WEAK_HERTZ = 440, 610
IN_S: Final = 40.0
"""How long joining may take."""
ENDS_S: Final = 30.0
"""How long the recording may take to be whole."""
FIREFOX: Final = {
    # A machine without a loudspeaker: its contexts of Web Audio would never run, and so neither
    # make this side's tone nor hear the other's.
    "media.cubeb.force_mock_context": True,
    "dom.securecontext.allowlist": HERE,
    "media.devices.insecure.enabled": True,
    "media.getusermedia.insecure.enabled": True,
}
"""Settings; the others let it give camera and microphone to a server without a certificate."""


class Weak:
    """The lesson under way."""

    def __init__(self, server: Served, links: LessonLinks, teacher: Caller, page: Page) -> None:
        self._server, self._links, self._teacher = server, links, teacher
        self._page = page
        self._zero = time.monotonic() - teacher.welcome.now

    async def enter(self) -> float:
        """Open the weak school's page and enter; seconds from the link until the host is seen."""
        began = time.monotonic()
        await opened(self._page, self._link(1), says=WEAK_HERTZ, hears=HOST_HERTZ, camera=True)
        await self._page.until("watched.frames.length > 0", IN_S)
        return time.monotonic() - began

    async def seen(self) -> Seen:
        """What the page noted since this was asked last, by the monotonic clock."""
        before = time.monotonic()
        now = cast("float", await self._page.evaluate("performance.now()"))
        apart = (before + time.monotonic()) / 2 - now / 1000
        told = cast("dict[str, list[Any]]", await self._page.evaluate("watched.take()"))
        clocks = Clocks(Reading(at / 1000 + apart, sound) for at, sound in told["clocks"])
        return Seen(
            [Counters(at / 1000 + apart, **one) for at, one in told["statistics"]],
            [Frame(at / 1000 + apart, height) for at, height in told["frames"]],
            [piece(clocks, sound, amplitude) for sound, amplitude in told["tones"]],
            clocks,
        )

    async def end(self) -> Path:
        """End the lesson; its folder, once its recording is whole."""
        assert isinstance(await self._teacher.ask(lambda n: EndLesson(id=n)), Done)
        folder = self._server.data / "lessons" / self._links["lesson"]
        await until(lambda: asyncio.to_thread((folder / "manifest.json").exists), ENDS_S)
        return folder

    def source(self, name: str) -> str:
        """The id of a source of the weak school."""
        return f"{self._links['rooms'][1]['participant']}/{name}"

    def lesson_time(self, at: float) -> float:
        """A second of the monotonic clock in the time of the lesson."""
        return at - self._zero

    def _link(self, room: int) -> str:
        return link(self._server, self._links, room)


def link(server: Served, links: LessonLinks, room: int) -> str:
    """Where the teacher of a room enters."""
    return f"{server.base}/lesson#{token(links['rooms'][room]['links']['teacher'])}"


async def opened(page: Page, at: str, **options: object) -> None:
    """Follow a link, begin to watch, and tap 进入课堂."""
    await page.goto(at)
    script = WATCH.read_text().rstrip().removesuffix(";")
    await page.evaluate(f"({script})({json.dumps(options)})")
    await page.press("[data-do=enter]")


@asynccontextmanager
async def weak_lesson(
    data: Path, network: WeakNetwork, browser: Browser
) -> AsyncIterator[tuple[Weak, str]]:
    """A lesson during the block, the host in it, the other not yet; and the other's browser."""
    footage = await asyncio.to_thread(camera)
    async with AsyncExitStack() as stack:
        here = ("--host", HERE, "--media-address", HERE)
        server = await stack.enter_async_context(served(data, *here))
        server.base = server.base.replace("127.0.0.1", HERE)
        near = await stack.enter_async_context(browsers())
        far = await stack.enter_async_context(browsers(inside=network.inside))
        trusted = f"--unsafely-treat-insecure-origin-as-secure={server.base}"
        devices = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
        films = (*devices, f"--use-file-for-fake-video-capture={footage}")
        _, named, links = await asyncio.gather(
            near.launch("chromium", trusted, *films),
            far.ask("launch", browser=browser, args=[trusted], prefs=FIREFOX),
            server.lesson(),
        )
        leads = token(links["rooms"][0]["links"]["teacher"])
        teacher = await stack.enter_async_context(called(server.base, leads, loudspeaker=False))
        await begun(teacher)
        host = await empty(near, "host", "chromium")
        await opened(host, link(server, links, 0), says=HOST_HERTZ, hears=WEAK_HERTZ, camera=False)
        await host.until("document.querySelector('[data-standing=live]') !== null", IN_S)
        yield Weak(server, links, teacher, await empty(far, "weak", browser)), str(named)


async def empty(drivers: Browsers, name: str, browser: Browser) -> Page:
    """A page without anything."""
    words = {"viewport": LAPTOP._asdict(), "options": None}
    await drivers.ask("open", page=name, browser=browser, **words)
    return Page(drivers, name)


async def begun(teacher: Caller) -> None:
    """Start the lesson as a discussion, in which both sides are heard."""
    assert isinstance(await teacher.ask(lambda n: StartLesson(id=n)), Done)
    assert isinstance(await teacher.ask(lambda n: SetMode(id=n, mode=Mode.DISCUSSION)), Done)
