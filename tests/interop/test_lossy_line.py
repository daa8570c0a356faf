"""A line that loses a fifth of its packets: who only watches by it is never taken for lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest

from server.actions.links import LessonLinks
from server.store.folder import lesson_folder, read_journal
from signaling.events import DeviceAway, DeviceBack, DeviceJoined, DeviceLeft, Event
from signaling.messages import StartLesson
from tests.support.browsers import browsers
from tests.support.caller import called
from tests.support.clips import write_clip
from tests.support.lesson_pages import LessonPage, lesson_link, lesson_page, room_link
from tests.support.room_program import room_program
from tests.support.served import Served, served, token
from tests.support.waiting import until
from tests.support.walled import losing, walled

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.quiet(72)]

CLASS = 20
LOST = 20
"""Packets of a hundred, each way."""
STRETCH_S, STRETCHES = 10.0, 6
LEAST = 20
"""Pictures of a stretch's 150 that can be called going on: those behind a hole wait for its end."""
IN_S = 30.0
WATCHES = """(() => {
  const stood = new Set();
  interop.stood = () => [...stood];
  setInterval(() => {
    stood.add(document.querySelector("[data-standing]")?.dataset.standing ?? "none");
  }, 50);
})()"""
"""Notes every way in which the page says that it stands."""
MADE = "[interop.sockets, new Set(interop.peers).size]"
"""How many sockets and peers it has made; on such a line the first peer need not find its way."""


@asynccontextmanager
async def taught(server: Served, lesson: LessonLinks, clip: Path) -> AsyncIterator[str]:
    """A running lesson without a page: a classroom's program shows and plays; gives its camera."""
    teacher = called(server.base, token(room_link(server, lesson, 0)))
    async with room_program(room_link(server, lesson, 0, "room"), clip), teacher as host:
        await host.ask(lambda number: StartLesson(id=number))
        yield f"{lesson['rooms'][0]['participant']}/class_camera"


async def counted(page: LessonPage, source: str, what: str = "framesDecoded") -> int:
    """What a page's browser has counted of a source; by itself the pictures it has decoded."""
    return cast("int", ((await page.receives(source)) or {}).get(what, 0))


async def watched(page: LessonPage, source: str) -> list[int]:
    """Pictures of a source that a page has decoded in each stretch."""
    counts = [await counted(page, source)]
    for _ in range(STRETCHES):
        await asyncio.sleep(STRETCH_S)
        counts.append(await counted(page, source))
    return [after - before for before, after in pairwise(counts)]


async def test_a_muted_firefox_that_loses_a_fifth_is_never_called_lost(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mkv"
    await asyncio.to_thread(write_clip, clip, CLASS, 4.0)
    async with walled(losing(LOST)) as wall:
        here = ("--host", wall.outside, "--media-address", wall.outside)
        async with (
            served(tmp_path / "data", *here) as server,
            browsers(inside=wall.enter) as drivers,
        ):
            server.base = server.base.replace("127.0.0.1", wall.outside)
            lesson = await server.lesson()
            await drivers.trusting("firefox", server.base)
            page = await lesson_page(drivers, "far", 3, browser="firefox", udp=True)
            async with taught(server, lesson, clip) as camera:
                await page.enter(lesson_link(server, lesson, "viewer"), name="旁听")
                await until(lambda: counted(page, camera), IN_S)
                before = await page.stats()
                await page.page.evaluate(WATCHES)
                begun = await page.page.evaluate(MADE)
                pictures = await watched(page, camera)
                after = await page.stats()
                made = await page.page.evaluate(MADE)
                stood = await page.page.evaluate("interop.stood()")
                asked = await counted(page, camera, "nackCount")
                folder = lesson_folder(server.data, lesson["lesson"])
                journal = await asyncio.to_thread(read_journal, folder)
    assert stood == ["live"]
    assert made == begun
    assert after["ids"] == before["ids"]
    told = [type(line.event) for line in journal.lines if is_of(line.event, before["device"])]
    assert told == [DeviceJoined]
    assert min(pictures) >= LEAST, pictures
    assert asked, "nothing was lost"


def is_of(event: Event | None, device: str) -> bool:
    """Whether an event tells how a device comes and goes."""
    going = DeviceJoined | DeviceAway | DeviceBack | DeviceLeft
    return isinstance(event, going) and event.device == device
