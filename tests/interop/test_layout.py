"""How large the pictures are, measured on the page."""

import asyncio
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from tests.support.browsers import LAPTOP, Size, browsers
from tests.support.clips import write_clip
from tests.support.lesson_pages import LessonPage, lesson_link, lesson_page, room_link
from tests.support.room_program import room_program
from tests.support.served import served

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PANEL, PHONE = Size(3840, 2160), Size(390, 844)
HOST, OTHER = 1, 20
MOVED_S = 0.5
"""Longer than tiles take to their new places."""


class Box(NamedTuple):
    """One tile as the browser lays it out."""

    participant: str
    source: str
    width: float
    """Share of the screen's width."""
    large: bool


async def boxes(page: LessonPage, size: Size) -> list[Box]:
    """Every tile of a page at a size."""
    await page.page.resize(size)
    await asyncio.sleep(MOVED_S)
    found = await page.page.evaluate(
        """[...document.querySelectorAll("[data-tile]")].map((tile) => [
          tile.dataset.participant, tile.dataset.tile,
          tile.querySelector("video").getBoundingClientRect().width / innerWidth,
          tile.dataset.large === "true"])"""
    )
    return [
        Box(*cast("tuple[str, str, float, bool]", one)) for one in cast("list[list[object]]", found)
    ]


async def width(page: LessonPage, size: Size, participant: str) -> float:
    """How wide somebody's widest picture is, as a share of the screen."""
    return max(box.width for box in await boxes(page, size) if box.participant == participant)


async def test_the_other_class_is_large_on_every_screen(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mkv"
    await asyncio.to_thread(write_clip, clip, OTHER, 10.0)
    async with served(tmp_path / "data") as server, browsers() as drivers:
        lesson = await server.lesson(rooms=("乙", "丙"))
        ids = [room["participant"] for room in lesson["rooms"]]
        await drivers.launch("chromium")
        host = await lesson_page(drivers, "host", HOST)
        room = await lesson_page(drivers, "room", 3)
        pupil = await lesson_page(drivers, "pupil", 5)
        async with room_program(room_link(server, lesson, 1, "room"), clip):
            await host.enter(room_link(server, lesson, 0))
            await host.until_shown(OTHER)
            await room.enter(room_link(server, lesson, 2))
            await room.until_shown(HOST)
            await pupil.enter(lesson_link(server, lesson, "pupil"), "小红")
            await pupil.until_shown(HOST)
            for size in (LAPTOP, PANEL):
                assert await width(host, size, ids[1]) >= 0.40
                assert await width(room, size, ids[0]) >= 0.40
                assert await width(pupil, size, ids[0]) >= 0.40
            assert await width(room, PHONE, ids[0]) >= 0.99
            assert await width(pupil, PHONE, ids[0]) >= 0.99

            await host.do("start")
            await host.page.press("[data-do=call-which] > button")
            await host.page.press(f"[data-do=call][data-participant='{ids[2]}']")
            await room.page.until("document.querySelector('.summons') !== null")
            for size in (LAPTOP, PANEL):
                seen = await boxes(room, size)
                assert max(seen, key=lambda box: box.width).participant == ids[0]
                marked = f".called[data-participant='{ids[2]}']"
                assert await room.page.evaluate(f"document.querySelector({marked!r}) !== null")
                mine = [box for box in seen if box.participant == ids[2]]
                assert [box.width < 0.25 for box in mine] == [True]
                assert await width(host, size, ids[2]) >= 0.40
            await host.do("send-back")

            await host.page.resize(LAPTOP)
            await host.do("share")
            await room.until_shown(HOST + 1)
            for size in (LAPTOP, PANEL):
                assert await width(host, size, ids[2]) >= 0.25
                assert await width(room, size, ids[0]) >= 0.25
                assert await width(pupil, size, ids[0]) >= 0.25
            assert await width(pupil, PHONE, ids[0]) >= 0.99
