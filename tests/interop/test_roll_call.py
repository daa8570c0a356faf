"""A far-side teacher calls the roll on a phone, in numbers and without a single name."""

import asyncio
import json
from typing import cast

import pytest

from server.actions.links import LessonLinks
from tests.support.browsers import LAPTOP, Browsers, Page, Size
from tests.support.caller import called
from tests.support.contrast import Level, contrasts, too_faint
from tests.support.lesson_pages import lesson_page, room_link
from tests.support.served import Served, token, tongke

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE = Size(390, 844)
SCREENS: dict[Size, Level] = {LAPTOP: "AA", Size(3840, 2160): "AAA", PHONE: "AA"}
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"
COUNTED = "document.querySelector('[data-count] p').innerText.replace(/\\s+/g, ' ').trim()"


async def attendance(server: Served, lesson: LessonLinks) -> list[dict[str, object]]:
    """What was declared of the second room, oldest first."""
    words = ("lesson", "attendance", lesson["lesson"], "--json", "--data", str(server.data))
    roll = json.loads(await tongke(*words))[1]
    return [*roll["before"], *([roll["declared"]] if roll["declared"] else [])]


async def press(page: Page, stepper: str, which: str, times: int = 1) -> None:
    """Press a stepper's button."""
    for _ in range(times):
        await page.press(f"[data-stepper={stepper}] [data-do={which}]")


async def check_screens(page: Page) -> None:
    """It can be read, and nothing hangs over an edge, on every screen."""
    for size, level in SCREENS.items():
        await page.resize(size)
        needed, there = cast("list[int]", await page.evaluate(WIDTHS))
        assert needed <= there, size
        assert not too_faint(await contrasts(page, level)), size
    await page.resize(PHONE)


async def test_a_roll_is_called_with_a_few_taps_and_corrected_with_a_reason(
    server: Served, chromium: Browsers
) -> None:
    lesson = await server.lesson()
    teacher = (await lesson_page(chromium, "teacher", 3, size=PHONE)).page
    await teacher.goto(room_link(server, lesson, 1))
    await teacher.until("document.querySelector('[data-do=roll]') !== null")
    await teacher.goto(str(await teacher.evaluate("document.querySelector('[data-do=roll]').href")))
    await teacher.until("document.querySelector('[data-message=closed]') !== null")
    assert await attendance(server, lesson) == []

    async with called(server.base, token(lesson["rooms"][0]["links"]["teacher"])):
        await teacher.press("[data-do=again]")
        await teacher.until("document.querySelector('[data-stepper=expected]') !== null")
        await teacher.press("[data-stepper=expected] input")
        await teacher.ask("write", text="24")
        await teacher.key("Tab")
        await press(teacher, "present", "less", 2)
        await press(teacher, "on_leave", "more")
        await teacher.until_is(COUNTED, "应到 24 ● 到 22 ○ 缺 1 ◐ 请假 1")
        await check_screens(teacher)
        await teacher.press("[data-do=declare]")
        await teacher.until("document.querySelector('[data-message=declared]') !== null")
        [first] = await attendance(server, lesson)
        assert (first["expected"], first["present"], first["on_leave"]) == (24, 22, 1)

        await teacher.press("[data-do=change]")
        await press(teacher, "present", "more")
        await teacher.press("[data-field=why]")
        await teacher.ask("write", text="一人迟到")
        await teacher.key("Enter")
        await teacher.until("document.querySelector('[data-before]') !== null")
        await teacher.until_is(COUNTED, "应到 24 ● 到 23 ○ 缺 0 ◐ 请假 1")
        await check_screens(teacher)
        [same, second] = await attendance(server, lesson)
        assert same == first
        assert (second["present"], second["why"]) == (23, "一人迟到")


async def test_the_network_is_gone_and_the_numbers_stay(server: Served, chromium: Browsers) -> None:
    lesson = await server.lesson()
    teacher = (await lesson_page(chromium, "teacher", 3, size=PHONE)).page
    async with called(server.base, token(lesson["rooms"][0]["links"]["teacher"])):
        await teacher.goto(room_link(server, lesson, 1).replace("/lesson#", "/roll#"))
        await teacher.until("document.querySelector('[data-stepper=expected]') !== null")
        # Nobody is expected yet: the page says so, and there is nothing to confirm.
        await teacher.until("document.querySelector('[data-message=nobody]') !== null")
        assert await teacher.evaluate("document.querySelector('[data-do=declare]').disabled")
        await press(teacher, "expected", "more", 3)
        await teacher.until("document.querySelector('[data-message=nobody]') === null")
        await teacher.evaluate("globalThis.realFetch = fetch, fetch = () => Promise.reject()")
        await teacher.press("[data-do=declare]")
        await teacher.until("document.querySelector('[data-message=trouble]') !== null")
        await teacher.until_is(COUNTED, "应到 3 ● 到 3 ○ 缺 0 ◐ 请假 0")
        await teacher.evaluate("fetch = globalThis.realFetch")
        await teacher.press("[data-do=declare]")
        await teacher.until("document.querySelector('[data-message=declared]') !== null")
    [only] = await attendance(server, lesson)
    assert only["present"] == 3


async def test_after_the_bell_whoever_has_not_called_the_roll_is_reminded(
    server: Served, chromium: Browsers
) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", 1)
    far = await lesson_page(chromium, "far", 3)
    roll = (await lesson_page(chromium, "roll", 3, size=PHONE)).page
    await host.enter(room_link(server, lesson, 0))
    await far.enter(room_link(server, lesson, 1))
    await host.do("start")
    await roll.goto(room_link(server, lesson, 1).replace("/lesson#", "/roll#"))
    await press(roll, "expected", "more")
    await roll.press("[data-do=declare]")
    await roll.until("document.querySelector('[data-message=declared]') !== null")
    await host.page.press("[data-do=end]", 1300)
    await host.page.until("document.querySelector('[data-do=roll].primary') !== null")
    await far.page.until("document.querySelector('[data-do=replay].primary') !== null")
    reminded = "document.querySelector('[data-message=roll]') !== null"
    await host.page.until(reminded)
    await asyncio.sleep(1.0)
    assert not await far.page.evaluate(reminded)
