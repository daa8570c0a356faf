"""A technician sees how the server and a running lesson are doing, while it runs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from server.actions.timetable import plan
from server.programme.rights import Capacity
from server.store.database import open_database
from tests.support.browsers import LAPTOP, Browsers, Page, Size
from tests.support.contrast import contrasts, too_faint
from tests.support.lesson_pages import lesson_page
from tests.support.paired import pair
from tests.support.scheduled import soon
from tests.support.served import served
from tests.support.signed_in import sign_in
from tests.support.staff import hired

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SIZES = (LAPTOP, Size(390, 844), Size(3840, 2160))
LINE = "document.querySelector('[data-lesson] [data-plot=traffic] path[data-line]')"
FLOWS = f"/M.*L/.test({LINE}?.getAttribute('d') ?? '')"
"""An expression: whether the lesson's traffic is a line of two points or more."""
SPOKEN = "document.querySelector('[data-lesson] [data-plot=traffic] svg[role=img]').ariaLabel"
HEADINGS = "[...document.querySelectorAll('section h3')].map((one) => one.innerText)"
WELL = "document.querySelector('[data-standing=well]') !== null"


async def readable(page: Page, *sizes: Size) -> None:
    """It can be read and nothing hangs over an edge."""
    for size in sizes:
        await page.resize(size)
        needed = cast("int", await page.evaluate("document.documentElement.scrollWidth"))
        assert needed <= size.width, size
        assert not too_faint(await contrasts(page, "AA")), size
    await page.resize(LAPTOP)


async def enter(page: Page, base: str) -> None:
    """From home into the lesson."""
    await page.goto(f"{base}/")
    await page.press("[data-do=teach]:not(:disabled)")
    await page.until("document.querySelector('[data-standing=live]') !== null")


async def test_a_technician_sees_the_lesson_that_runs(tmp_path: Path, chromium: Browsers) -> None:
    async with open_database(tmp_path) as database:
        schools, now = await pair(database), datetime.now(UTC)
        due = schools.plan(starts=soon(now))
        await plan(database, schools.town.acting(), due, now)
        person = await hired(database, Capacity.TECHNICIAN, schools.village.school, "吴工")
        async with served(tmp_path, workers=2) as server:
            desk, base = await chromium.open("desk"), server.base
            await sign_in(desk, base, database, person)
            await desk.goto(f"{base}/")
            await desk.press("[data-page-link='/live']")
            await desk.until("document.querySelector('[data-message=no_lessons]') !== null")
            host = (await lesson_page(chromium, "host", 1)).page
            await sign_in(host, base, database, schools.town.teacher)
            await enter(host, base)
            await desk.until(FLOWS, within=30.0)
            await desk.until(f"/收：现在 [1-9]/.test({SPOKEN})")
            await desk.until(f"{HEADINGS}.length === 3")
            *workers, lesson = cast("list[str]", await desk.evaluate(HEADINGS))
            assert workers == ["媒体进程 0 正在服务，有 1 节课", "媒体进程 1 正在服务，有 0 节课"]
            assert lesson.startswith("开化县实验小学 开化录播教室 · 齐溪镇中心小学 齐溪录播教室")
            await desk.until(WELL)
            await readable(desk, *SIZES)
            await desk.press("[data-do=language]")
            await desk.until("document.querySelector('main h1').innerText === 'Live'")
            await readable(desk, LAPTOP)
