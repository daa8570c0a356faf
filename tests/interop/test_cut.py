"""A page whose network is cut comes back by itself, and its pictures with it."""

import asyncio
import time
from pathlib import Path

import pytest

from server.actions.links import LessonLinks
from tests.support.browsers import Name, browsers
from tests.support.lesson_pages import LIVELY, LessonPage, lesson_page, room_link
from tests.support.relay import Way, free_port, media_relay, web_relay
from tests.support.served import served, token

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timed]

HOST, ROOM = 1, 3
BACK_S = 3.0
"""Media must be back this long after the way is open again."""
CUTS_S = (1.0, 6.0)


def relayed_link(port: int, lesson: LessonLinks, room: int) -> str:
    """A classroom's link by way of the relay."""
    return f"http://127.0.0.1:{port}/lesson#{token(lesson['rooms'][room]['links']['teacher'])}"


async def seconds_until(page: LessonPage, source: int, after: int) -> float:
    """How long until a page shows a picture newer than a number."""
    begun = time.monotonic()
    while time.monotonic() - begun < 20:
        far = [frame for tile in await page.shown() if not tile.own for frame in tile.frames]
        if any(frame.source == source and frame.number > after for frame in far):
            return time.monotonic() - begun
        await asyncio.sleep(0.05)
    raise AssertionError(f"{page.page.name} never saw {source} again")


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
async def test_pictures_are_back_both_ways_after_a_cut(tmp_path: Path, browser: Name) -> None:
    media, way = free_port(), Way()
    async with (
        served(tmp_path / "data", "--media-port", str(media)) as server,
        browsers() as drivers,
        media_relay(way, media) as by_media,
        web_relay(way, int(server.base.rpartition(":")[2])) as by_web,
    ):
        lesson = await server.lesson()
        for one in {"chromium", browser}:
            await drivers.launch(one)
        host = await lesson_page(drivers, "host", HOST, rate=LIVELY)
        ports = {str(media): by_media}
        room = await lesson_page(drivers, "room", ROOM, browser=browser, ports=ports, rate=LIVELY)
        await host.enter(room_link(server, lesson, 0))
        await room.enter(relayed_link(by_web, lesson, 1))
        await host.do("start")
        await host.until_shown(ROOM)
        await room.until_shown(HOST)
        for seconds in CUTS_S:
            way.cut = True
            await asyncio.sleep(seconds)
            for page in (host, room):
                await page.shown()
            numbers = [(await page.counted()).number for page in (host, room)]
            way.cut = False
            back = await asyncio.gather(
                seconds_until(room, HOST, numbers[0]), seconds_until(host, ROOM, numbers[1])
            )
            assert max(back) <= BACK_S, (seconds, back)
        tiles = [*await host.shown(), *await room.shown()]
        assert {frame.source for tile in tiles for frame in tile.frames} <= {HOST, ROOM}
    assert way.payload_types, "nothing came by way of the relay"
