"""A browser that can't decode what runs joins: soon every picture moves at every receiver."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.actions.links import LessonLinks
from server.store.folder import read_journal
from signaling.events import Codec, DeviceJoined, Event, LessonOpened, SourceCodecChanged
from signaling.ids import SourceId
from tests.support.browsers import browsers
from tests.support.lesson_pages import LIVELY, LessonPage, lesson_page, room_link
from tests.support.recorders import kept
from tests.support.served import Served, served
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timed]

HOST, FIREFOX, ROOM = 1, 3, 5
SWITCH_S = 3.0
"""Between the newcomer's joining and a moving picture in the new codec."""
MOVES = 2
"""Pictures more than the first that make one move."""


@dataclass
class Flow:
    """A camera on its way to one page."""

    source: SourceId
    page: LessonPage
    before: str | None = None
    """The codec it arrives in until it is switched, as the browser numbers it; none for whoever
    comes later."""

    async def note_codec(self) -> None:
        """The codec of now is the old one."""

        async def told() -> str | None:
            rtp = await self.page.receives(self.source)
            return None if rtp is None else rtp.get("codecId")

        # A picture may be on the screen before statistics know of it: Chromium keeps them 50 ms.
        await until(told, 5.0, every=0.03)
        self.before = await told()

    async def moving(self) -> float:
        """The second (UTC) at which the picture is seen to move in another codec."""
        first = None
        while True:
            rtp = await self.page.receives(self.source)
            if rtp is not None and rtp.get("codecId", self.before) != self.before:
                decoded = rtp.get("framesDecoded", 0)
                first = decoded if first is None else first
                if decoded >= first + MOVES:
                    return datetime.now(UTC).timestamp()
            await asyncio.sleep(0.03)


async def join(far: LessonPage, link: str, there: Sequence[Flow], here: Sequence[Flow]) -> float:
    """Have a page join; when all flows moved, to those who were there and to it (second, UTC)."""
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(flow.moving()) for flow in there]
        await far.enter(link)
        waiting += [tasks.create_task(flow.moving()) for flow in here]
    return max(task.result() for task in waiting)


async def lesson_over(host: LessonPage, folder: Path) -> list[tuple[float, Event | None]]:
    """End the lesson; its events with their lesson times."""
    await host.page.press("[data-do=end]", 1200)
    await until(lambda: asyncio.to_thread((folder / "manifest.json").exists), 20)
    journal = await asyncio.to_thread(read_journal, folder)
    return [(line.t, line.event) for line in journal.lines]


def began(events: list[tuple[float, Event | None]]) -> float:
    """Lesson time 0 as a second of UTC."""
    (opened,) = [event for _, event in events if isinstance(event, LessonOpened)]
    return datetime.fromisoformat(opened.utc).timestamp()


def room_of(lesson: LessonLinks, number: int) -> str:
    """The participant that a classroom is."""
    return lesson["rooms"][number]["participant"]


async def check_recording(folder: Path, cameras: list[SourceId], joined: float) -> None:
    """Each camera has a part in either codec, and the second began in time."""
    tracks = {track.source: track for track in await kept(folder)}
    for camera in cameras:
        old, new = tracks[camera].parts
        assert (old.codec, new.codec) == (Codec.H264, Codec.VP8)
        # The first reports move a new source's clock by some tenths, so it may even lie before.
        assert new.start < joined + SWITCH_S


async def meet(server: Served, lesson: LessonLinks, host: LessonPage, room: LessonPage) -> None:
    """Two classrooms see each other in a running lesson."""
    await host.enter(room_link(server, lesson, 0))
    await host.do("start")
    await room.enter(room_link(server, lesson, 2))
    await room.until_shown(HOST)
    await host.until_shown(ROOM)


async def test_pictures_move_everywhere_soon_after_firefox_has_joined(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as server, browsers() as drivers:
        lesson = await server.lesson(rooms=("乙", "丙"))
        folder = server.data / "lessons" / lesson["lesson"]
        cameras = [SourceId(f"{room_of(lesson, number)}/camera") for number in (0, 2)]
        await drivers.launch("chromium")
        await drivers.launch("firefox")
        far = await lesson_page(drivers, "far", FIREFOX, browser="firefox", rate=LIVELY)
        host = await lesson_page(drivers, "host", HOST, rate=LIVELY)
        room = await lesson_page(drivers, "room", ROOM, rate=LIVELY)
        await meet(server, lesson, host, room)
        there = [Flow(cameras[0], room), Flow(cameras[1], host)]
        for flow in there:
            await flow.note_codec()
        here = [Flow(camera, far) for camera in cameras]
        moved = await join(far, room_link(server, lesson, 1), there, here)
        events = await lesson_over(host, folder)
    newcomer = room_of(lesson, 1)
    (joined,) = [t for t, e in events if isinstance(e, DeviceJoined) and e.participant == newcomer]
    switched = {e.source for _, e in events if isinstance(e, SourceCodecChanged)}
    assert switched == set(cameras)
    assert moved - began(events) - joined < SWITCH_S
    await check_recording(folder, cameras, joined)
