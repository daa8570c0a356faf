"""A class teacher declares and withdraws; host and school see what is kept and what was deleted."""

from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import update

from server.actions.timetable import plan
from server.programme.people import Person
from server.programme.rights import Capacity
from server.store.database import Database, open_database
from server.store.school_tables import ClassGroupRow
from tests.support.browsers import LAPTOP, Browsers, Page, Size
from tests.support.contrast import contrasts, too_faint
from tests.support.lesson_pages import lesson_page
from tests.support.paired import Campus, pair
from tests.support.scheduled import soon
from tests.support.served import served
from tests.support.signed_in import Taps, sign_in
from tests.support.staff import hired

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE = Size(390, 844)
ATTACH = """(() => {
    const files = new DataTransfer();
    files.items.add(new File(["%PDF-1.7"], "同意书.pdf"));
    const input = document.querySelector("[data-field=form]");
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
})()"""
DECLARED = "document.querySelectorAll('[data-line=declare_consent]').length"
BOTH_KEPT = "document.querySelectorAll('[data-light$=camera] .light.on').length > 1"
CERTIFIED = "document.querySelector('[data-certificate=consent_withdrawn]') !== null"
CLOSED = "document.querySelector('[data-form]') === null"


def there(selector: str) -> str:
    """That the page shows something."""
    return f"document.querySelector(`{selector}`) !== null"


async def name_class_teacher(database: Database, campus: Campus) -> None:
    """The teacher of a school is its class's."""
    query = update(ClassGroupRow).where(ClassGroupRow.id == campus.group.id)
    async with database.transaction() as session:
        await session.execute(query.values(class_teacher=campus.teacher.id))


async def readable(page: Page) -> None:
    """It can be read and nothing hangs over an edge."""
    for size in (LAPTOP, PHONE):
        await page.resize(size)
        needed = cast("int", await page.evaluate("document.documentElement.scrollWidth"))
        assert needed <= size.width, size
        assert not too_faint(await contrasts(page, "AA")), size
    await page.resize(LAPTOP)


async def declare(page: Page, base: str) -> None:
    """The form and one exception: three taps and the choice of a file."""
    await page.goto(f"{base}/consents")
    taps = Taps(page)
    await taps.on("[data-do=declare]")
    await page.until(there("[data-field=form]"))
    await page.evaluate(ATTACH)
    await page.until(there("[data-message=attached]"))
    await taps.on("[data-stepper=exceptions] [data-do=more]")
    await taps.on("[data-do=save]")
    await page.until(there("[data-standing=excepted]"))
    assert taps.count <= 3


async def withdraw(page: Page) -> None:
    """Take it back."""
    await page.until(CLOSED)
    await page.press("[data-do=declare]")
    await page.until(there("[data-do=withdraw]"))
    await page.press("[data-field=why]")
    await page.ask("write", text="家长撤回")
    await page.press("[data-do=withdraw]")
    await page.until(there("[data-standing=missing]"))


async def enter(page: Page, base: str, database: Database, person: Person) -> None:
    """From home into today's lesson."""
    await sign_in(page, base, database, person)
    await page.goto(f"{base}/")
    await page.press("[data-do=teach]:not(:disabled)")
    await page.until(there("[data-standing=live]"))


async def confirm_seating(host: Page) -> None:
    """Who is excepted sits out of view: the class is recorded from now on."""
    await host.until(there("[data-message='notice.consent_in_view']"))
    assert not await host.evaluate(BOTH_KEPT)
    await host.press("[data-do=more]")
    await host.press("[data-page=recording]")
    await host.press("[data-seat]")
    await host.until(BOTH_KEPT)


async def see_certificate(page: Page, base: str) -> None:
    """The school reads what was deleted and why."""
    await page.goto(f"{base}/certificates")
    await page.until(f"{CERTIFIED} || (location.reload(), false)")
    await readable(page)
    row = cast("str", await page.evaluate("document.querySelector('tbody').innerText"))
    assert "三(1)班" in row
    assert "家长撤回同意" in row


async def search_log(page: Page, base: str) -> None:
    """The school finds who declared, and nobody of another name."""
    await page.goto(f"{base}/audit")
    await page.until(f"{DECLARED} === 2")
    await page.until(there("[data-field=what] option[value=declare_consent]"))
    await readable(page)
    await page.press("[data-field=who]")
    await page.ask("write", text="没有这个人")
    await page.press("[data-do=search]")
    await page.until(there("[data-message=empty]"))
    await page.press("[data-do=clear]")
    await page.until(f"{DECLARED} === 2")


async def keep_longer(page: Page, base: str) -> None:
    """The school chooses to keep what is left."""
    await page.goto(f"{base}/review")
    await page.press("[data-do=keep]")
    await page.press("[data-field=why]")
    await page.ask("write", text="公开课评比")
    await page.press("[data-do=save]")
    await page.until("document.querySelector('[data-kept]').innerText.includes('公开课')")
    await readable(page)


async def test_from_the_paper_form_to_the_certificate(tmp_path: Path, chromium: Browsers) -> None:
    async with open_database(tmp_path) as database:
        schools, now = await pair(database), datetime.now(UTC)
        due = schools.plan(starts=soon(now))
        await plan(database, schools.town.acting(), due, now)
        village = schools.village
        await name_class_teacher(database, village)
        admin = await hired(database, Capacity.SCHOOL_ADMIN, village.school, "汪主任")
        async with served(tmp_path) as server:
            host = (await lesson_page(chromium, "host", 1)).page
            far = (await lesson_page(chromium, "far", 3)).page
            school, base = await chromium.open("school"), server.base
            await enter(host, base, database, schools.town.teacher)
            await enter(far, base, database, village.teacher)
            await host.press("[data-do=start]")
            await host.until(there("[data-message='notice.consent_missing']"))

            await sign_in(school, base, database, village.teacher)
            await declare(school, base)
            await confirm_seating(host)
            await host.press("[data-do=end]", 1300)
            await host.until(there("[data-do=roll].primary"))

            await withdraw(school)
            await sign_in(school, base, database, admin)
            await see_certificate(school, base)
            await search_log(school, base)
            await keep_longer(school, base)
