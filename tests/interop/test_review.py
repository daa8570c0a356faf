"""Staff watch a recording: found in the list, commented, with their name over the picture."""

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

PHONE = Size(390, 844)
MARK = "document.querySelector('[data-watermark]')?.innerText ?? ''"
COMMENTS = "[...document.querySelectorAll('[data-comment] .text')].map((one) => one.innerText)"
VIEWINGS = """fetch('/api/recordings').then((all) => all.json())
    .then(({ lessons }) => fetch(`/api/recordings/${lessons[0].lesson}/viewings`))
    .then((answer) => answer.json()).then(({ viewings }) => viewings)"""
WATCHED = f"""{VIEWINGS}.then((all) => all.flatMap((one) => one.stretches)
    .reduce((sum, [start, stop]) => sum + stop - start, 0))"""


async def teach(host: Page, base: str) -> None:
    """A lesson of some seconds, from home to the bell."""
    await host.goto(f"{base}/")
    await host.press("[data-do=teach]:not(:disabled)")
    await host.press("[data-do=start]")
    await host.evaluate("new Promise((done) => setTimeout(done, 6000))")
    await host.press("[data-do=end]", 1300)
    await host.until("document.querySelector('[data-do=roll].primary') !== null")


async def readable(page: Page, *sizes: Size) -> None:
    """It can be read and nothing hangs over an edge."""
    for size in sizes:
        await page.resize(size)
        needed = cast("int", await page.evaluate("document.documentElement.scrollWidth"))
        assert needed <= size.width, size
        assert not too_faint(await contrasts(page, "AA")), size
    await page.resize(LAPTOP)


async def test_a_school_admin_watches_comments_and_is_named(
    tmp_path: Path, chromium: Browsers
) -> None:
    async with open_database(tmp_path) as database:
        schools, now = await pair(database), datetime.now(UTC)
        due = schools.plan(starts=soon(now))
        await plan(database, schools.town.acting(), due, now)
        admin = await hired(database, Capacity.SCHOOL_ADMIN, schools.village.school, "汪主任")
        async with served(tmp_path) as server:
            page = (await lesson_page(chromium, "host", 1)).page
            await sign_in(page, server.base, database, schools.town.teacher)
            await teach(page, server.base)

            await sign_in(page, server.base, database, admin)
            await page.goto(f"{server.base}/review")
            await page.until("document.querySelector('[data-do=watch]') !== null")
            await readable(page, LAPTOP, PHONE)
            await page.press("[data-do=watch]")
            await page.until(f"({MARK}).includes('汪主任')")
            await page.press("[data-do=comments]")
            await page.press("[data-field=comment]")
            await page.ask("write", text="提问很好")
            await page.press("[data-do=comment]")
            await page.until(f"({COMMENTS}).join() === '提问很好'")
            await readable(page, LAPTOP, PHONE)

            await page.press("[data-do=toggle]")
            await page.evaluate("new Promise((done) => setTimeout(done, 3000))")
            await page.goto(f"{server.base}/review")
            await page.until(f"({WATCHED}).then((seconds) => seconds > 1 && seconds < 10)")
            await page.press("[data-do=viewings]")
            await page.until("document.querySelector('[data-viewing=汪主任] .strip i') !== null")
            await readable(page, LAPTOP, PHONE)
            await page.goto(f"{server.base}/review?subject=art&words=%E6%97%A0")
            await page.press("[data-do=clear]")
            await page.until("document.querySelector('[data-do=watch]') !== null")
