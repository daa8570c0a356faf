"""A teacher at home: from the page to the running lesson, tap by tap."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from server.actions.timetable import plan
from server.programme.attendance import SCHOOL_TIME
from server.programme.people import Person
from server.programme.rights import Capacity
from server.store.database import open_database
from server.store.lessons import Lessons
from tests.support.browsers import LAPTOP, Browsers, Page, Size
from tests.support.contrast import Level, contrasts, too_faint
from tests.support.lesson_pages import lesson_page
from tests.support.paired import Paired, pair
from tests.support.scheduled import soon
from tests.support.served import served
from tests.support.shifts import STILL, shifted
from tests.support.signed_in import Taps, sign_in
from tests.support.staff import hired

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LIVE = "document.querySelector('[data-do=end]') !== null"
PHONE = Size(390, 844)
SCREENS: dict[Size, Level] = {LAPTOP: "AA", Size(3840, 2160): "AA", PHONE: "AA"}
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"
CARD = "document.querySelector('[data-card=now]')?.innerText"
PANEL = "document.querySelector('[data-panel]')?.innerText"


async def check_screens(page: Page) -> None:
    """It can be read, and nothing hangs over an edge, on every screen."""
    for size, level in SCREENS.items():
        await page.resize(size)
        needed, there = cast("list[int]", await page.evaluate(WIDTHS))
        assert needed <= there, size
        assert not too_faint(await contrasts(page, level)), size
    await page.resize(LAPTOP)


async def leave_a_roll(schools: Paired) -> Person:
    """A lesson was held three days ago, and nobody called its rolls; who is to, for the school."""
    then = datetime.now(UTC) - timedelta(days=3)
    held = await plan(schools.database, schools.town.acting(), schools.plan(starts=then), then)
    await Lessons(schools.database).mark_opened(held.id, then)
    await Lessons(schools.database).mark_ended(held.id, then + timedelta(minutes=40))
    return await hired(schools.database, Capacity.SCHOOL_ADMIN, schools.town.school, "方校长")


async def check_still(page: Page, base: str, late: str) -> None:
    """The first page holds still under the finger while its last card arrives."""
    for size in (LAPTOP, PHONE):
        await page.resize(size)
        await page.goto(f"{base}/")
        await page.until(f"document.querySelector('{late}') !== null")
        assert await shifted(page) < STILL, size
    await page.resize(LAPTOP)


async def test_two_taps_to_a_planned_lesson_and_four_to_an_unplanned_one(
    tmp_path: Path, chromium: Browsers
) -> None:
    async with open_database(tmp_path) as database:
        schools = await pair(database)
        head = await leave_a_roll(schools)
        now = datetime.now(UTC)
        due = schools.plan(starts=soon(now))
        await plan(database, schools.town.acting(), due, now)
        async with served(tmp_path) as server:
            host = (await lesson_page(chromium, "host", 1)).page
            far = (await lesson_page(chromium, "far", 3)).page
            for person in (head, schools.town.teacher):
                await sign_in(host, server.base, database, person)
                await check_still(host, server.base, "[data-card=rolls]")
            await host.goto(f"{server.base}/")
            for words in ("三(2)班 · 音乐《茉莉花》", "齐溪镇中心小学 三(1)班 ○ 教室还没到"):
                await host.until(f"({CARD} ?? '').includes('{words}')")
            await check_screens(host)
            taps = Taps(host)
            await taps.on("[data-do=teach]:not(:disabled)")
            await taps.on("[data-do=start]")
            await host.until(LIVE)
            assert taps.count <= 2

            # One browser, one jar: the far teacher signs in on it after the host has gone in.
            await sign_in(far, server.base, database, schools.village.teacher)
            await far.goto(f"{server.base}/")
            enters = Taps(far)
            await enters.on("[data-do=teach]:not(:disabled)")
            await far.until("document.querySelector('[data-standing=live]') !== null")
            assert enters.count == 1
            await host.press("[data-do=end]", 1300)
            await host.until("document.querySelector('[data-do=roll].primary') !== null")

            await sign_in(host, server.base, database, schools.town.teacher)
            await host.goto(f"{server.base}/")
            await host.until("document.querySelector('[data-card=rolls] [data-do=roll]') !== null")
            taps = Taps(host)
            await taps.on("[data-do=unplanned]")
            await taps.on("[data-do=teach-now]:not(:disabled)")
            await taps.on("[data-do=start]")
            await host.until(LIVE)
            assert taps.count <= 4


async def test_a_lesson_is_planned_found_in_the_week_changed_and_called_off(
    tmp_path: Path, chromium: Browsers
) -> None:
    async with open_database(tmp_path) as database:
        schools = await pair(database)
        async with served(tmp_path) as server:
            page = await chromium.open("teacher")
            await sign_in(page, server.base, database, schools.town.teacher)
            await page.goto(f"{server.base}/")
            await page.until("document.querySelector('[data-card=none]') !== null")
            await check_screens(page)
            await page.follow("[data-do=plan]")
            await page.until("document.querySelector('[data-field=title]') !== null")
            await check_screens(page)
            await page.press("[data-field=title]")
            await page.ask("write", text="观潮")
            day = datetime.now(SCHOOL_TIME).date() + timedelta(days=1)
            await choose(page, "date", day.isoformat())
            await choose(page, "from", "13:00")
            for room in ("host", "receiving"):
                await page.press(f"[data-room={room}] [data-choose=class]")
            await page.press("[data-room=receiving] [data-choose=teacher]")
            await page.press("[data-do=save]")
            await page.until("document.querySelector('[data-lesson]') !== null")
            await page.press("[data-lesson]")
            await told(page, "三(2)班 · 语文《观潮》")
            await told(page, "13:00 – 13:40")
            await told(page, "齐溪镇中心小学 齐溪录播教室 · 三(1)班 · 李老师")
            await prepare(page)

            await page.follow("[data-panel] [data-do=change]")
            await page.until("document.querySelector('[data-field=title]')?.value === '观潮'")
            await choose(page, "subject", "music")
            await page.press("[data-do=save]")
            await page.until("document.querySelector('[data-lesson]') !== null")
            await page.press("[data-lesson]")
            await told(page, "音乐《观潮》")
            await page.press("[data-panel] [data-field=why]")
            await page.ask("write", text="停电")
            await page.press("[data-do=call-off]")
            await page.until("document.querySelector('.block.called_off') !== null")
            await told(page, "已取消：停电")


async def told(page: Page, words: str) -> None:
    """Wait until the panel of a lesson says this."""
    await page.until(f"({PANEL} ?? '').includes('{words}')")


async def prepare(page: Page) -> None:
    """A note is written for both sides, one's own is ready, and it all can be read."""
    await check_screens(page)
    await page.press("[data-panel] [data-do=prepare]")
    await page.until("document.querySelector('[data-field=note]') !== null")
    await page.press("[data-field=note]")
    await page.ask("write", text="第一段由齐溪的同学朗读")
    await page.press("[data-form] [data-do=save]")
    await page.until("document.querySelector('[data-message=kept]') !== null")
    await page.press("[data-form] [data-do=ready]")
    await page.until("document.querySelector('[data-sides] [data-ready=true]') !== null")
    await check_screens(page)
    await page.until_is("document.querySelectorAll('[data-sides] li').length", 2)
    await page.key("Escape")
    await page.until("document.querySelector('[data-form]') === null")


async def choose(page: Page, field: str, value: str) -> None:
    """Set a field as a picker or a list does."""
    found = f"document.querySelector('[data-field={field}]')"
    await page.evaluate(
        f"['input', 'change'].forEach((kind) => ({found}.value = '{value}', "
        f"{found}.dispatchEvent(new Event(kind, {{bubbles: true}}))))"
    )
