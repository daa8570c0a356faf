"""Everything that is to be read stands out from what is behind it, on every page and screen."""

import asyncio

import pytest

from tests.support.browsers import LAPTOP, Browsers, Page, Size
from tests.support.contrast import Contrast, Level, contrasts, too_faint
from tests.support.lesson_pages import (
    LessonPage,
    lesson_link,
    lesson_page,
    pupils_link,
    room_link,
)
from tests.support.served import Served, token
from tests.support.taped import tape

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SCREENS: dict[Size, Level] = {LAPTOP: "AA", Size(3840, 2160): "AAA", Size(390, 844): "AA"}
"""A panel is read from the far end of a room."""
MOVED_S = 0.4
"""Longer than anything takes to its new place or colour."""
DRAWER = ("rules", "people", "chat", "recording", "device")


async def measured(page: Page) -> list[Contrast]:
    """What stands on a page at every size; all of it stands out enough."""
    found: list[Contrast] = []
    for size, level in SCREENS.items():
        await page.resize(size)
        await asyncio.sleep(MOVED_S)
        here = await contrasts(page, level)
        assert not too_faint(here), (page.name, size)
        found += here
    await page.resize(LAPTOP)
    return found


async def measured_drawer(host: LessonPage) -> None:
    """The pages behind ⋯."""
    await host.do("more")
    for name in DRAWER:
        await host.page.press(f"[data-page={name}]")
        await measured(host.page)
    await host.page.press("[data-do=close]")


async def test_the_lesson_can_be_read(server: Served, chromium: Browsers) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", 1)
    room = await lesson_page(chromium, "room", 3)
    pupil = await lesson_page(chromium, "pupil", 5)
    await pupil.page.goto(lesson_link(server, lesson, "pupil"))
    await pupil.page.until("document.querySelector('[data-field=name]') !== null")
    await measured(pupil.page)
    await host.enter(room_link(server, lesson, 0))
    await room.enter(room_link(server, lesson, 1))
    await pupil.enter(await pupils_link(server, lesson, "小红"))
    await host.do("start")
    await room.do("raise-hand")
    await host.until_shown(3)
    found = await measured(host.page)
    assert {one["kind"] for one in found} == {"text", "icon", "edge"}
    assert {"call", "end", "camera", "more"} <= {one["what"] for one in found}
    await measured(room.page)
    await measured(pupil.page)
    for popover in ("layout", "hands"):
        await host.page.press(f"[data-do={popover}] > button")
        await measured(host.page)
        await host.page.key("Escape")
    await measured_drawer(host)
    await host.do("camera")
    await host.do("call")
    await room.page.until("document.querySelector('.summons') !== null")
    await measured(host.page)
    await measured(room.page)
    await host.page.press("[data-do=end]", 1300)
    await host.page.until("document.querySelector('[data-page=ended]') !== null")
    await measured(host.page)


async def test_the_replay_can_be_read(server: Served, chromium: Browsers) -> None:
    lesson = await server.lesson("古诗二首")
    await tape(server.data, lesson)
    page = await chromium.open("viewer")
    await page.goto(f"{server.base}/replay?t=20#{token(lesson['links']['viewer'])}")
    await page.until("window.tongke !== undefined && tongke.replay().tracks.length > 3")
    await page.until("!tongke.replay().waiting")
    for tab in ("chapters", "talk", "story"):
        await page.press(f"[data-do={tab}]")
        await measured(page)
    await page.press("[data-do=copy]")
    found = await measured(page)
    assert {one["kind"] for one in found} == {"text", "icon", "edge"}
    assert {"toggle", "copy", "mark"} <= {one["what"] for one in found}
