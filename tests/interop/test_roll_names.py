"""The roll of a class that keeps names: tiles, one tap for whoever is missing, and who sees it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from server.access.tokens import Claims, load_key
from server.actions.timetable import plan
from server.programme.rights import Capacity
from server.store.database import open_database
from server.store.lessons import Lessons
from signaling.events import Role
from signaling.ids import LessonId, ParticipantId
from tests.interop.test_review import readable
from tests.interop.test_roll_call import COUNTED, PHONE
from tests.support.browsers import LAPTOP, Browsers, Page
from tests.support.lesson_pages import lesson_page
from tests.support.paired import pair
from tests.support.rostered import NAMES, by_roster
from tests.support.served import served
from tests.support.signed_in import sign_in
from tests.support.staff import hired

pytestmark = [pytest.mark.slow, pytest.mark.browser]

NAMED = "[...document.querySelectorAll('[data-pupil] strong')].map((one) => one.innerText).join()"
TOLD = "document.querySelector('[data-absentees]')?.innerText.replace(/\\s+/g, ' ')"


async def test_a_teacher_taps_who_is_missing_and_the_school_reads_the_name(
    tmp_path: Path, chromium: Browsers
) -> None:
    async with open_database(tmp_path) as database:
        schools, now = await pair(database), datetime.now(UTC)
        await by_roster(database, schools.village)
        lesson = await plan(database, schools.town.acting(), schools.plan(starts=now), now)
        await Lessons(database).mark_opened(lesson.id, now)
        admin = await hired(database, Capacity.SCHOOL_ADMIN, schools.village.school, "陈主任")
        claims = Claims(
            lesson=LessonId(lesson.id),
            role=Role.TEACHER,
            place=ParticipantId(lesson.rooms[1].participant),
            person=schools.village.teacher.id,
            exp=int((now + timedelta(hours=1)).timestamp()),
        )
        async with served(tmp_path) as server:
            key = await asyncio.to_thread(load_key, tmp_path / "secret.key")
            page = (await lesson_page(chromium, "teacher", 3, size=PHONE)).page
            await page.goto(f"{server.base}/roll#{key.sign(claims)}")
            await page.until(f"({NAMED}) === '{','.join(sorted(NAMES))}'")
            await page.press("li:nth-child(2) [data-pupil]")
            await page.press("[data-stepper=observing] [data-do=more]")
            await page.until_is(COUNTED, "应到 3 ● 到 2 ○ 缺 1 ◐ 请假 0 听课老师 1")
            await readable(page, LAPTOP, PHONE)
            await page.press("[data-do=declare]")
            await page.until("document.querySelector('[data-message=declared]') !== null")

            await sign_in(page, server.base, database, admin)
            await page.goto(f"{server.base}/attendance")
            await page.press("[data-do=open]")
            await page.until(f"({TOLD}) === '○ 缺 小明'")
            await readable(page, LAPTOP, PHONE)
            await add_who_listened(page)
            await see_the_term(page)


async def add_who_listened(page: Page) -> None:
    """The school notes a teacher who came to listen without an account, and takes it back."""
    await page.evaluate("location.reload()")
    await page.press("[data-do=observers]")
    await page.press("[data-field=name]")
    await page.ask("write", text="教研室 周老师")
    await readable(page, LAPTOP, PHONE)
    await page.key("Enter")
    await page.until("document.querySelector('[data-observers]')?.innerText.includes('周老师')")
    await readable(page, LAPTOP, PHONE)
    await page.press("[data-do=take-back]")
    await page.until("document.querySelector('[data-observers]') === null")
    await page.key("Escape")


async def see_the_term(page: Page) -> None:
    """The class over a term, as a picture with a bar for its lesson."""
    await page.evaluate("location.reload()")
    await page.press("[data-do=classes]")
    await page.press("[data-do=lessons]:is(.acts *)")
    await page.until("document.querySelectorAll('[data-plot=term] [data-bar]').length === 1")
    heights = (
        "[...document.querySelectorAll('[data-bar] rect')].map((one) => one.height.baseVal.value)"
    )
    [whole, leave, present] = cast("list[float]", await page.evaluate(heights))
    assert (leave, round(present)) == (0, 67)
    assert whole > present
    assert "66.7%" in str(await page.evaluate("document.querySelector('[data-plot]').innerText"))
    await readable(page, LAPTOP, PHONE)
