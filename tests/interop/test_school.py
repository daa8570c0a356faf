"""A school admin keeps the school: classes, a roster, a new year, somebody's first password."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from server.actions.pairings import TypedPairing, add
from server.actions.timetable import plan
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.pairing import Form
from server.programme.region import RegionCode
from server.programme.rights import Acting, Capacity
from server.store.database import Database
from server.store.lessons import Lessons
from tests.support.browsers import LAPTOP, Browsers, Page, Size
from tests.support.contrast import contrasts, too_faint
from tests.support.paired import pair
from tests.support.staff import badge, hired, school
from tests.support.websites import website
from tests.support.workbooks import HEADER, workbook

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CLIENT = Path(__file__).parents[2] / "client" / "dist"
PHONE = Size(390, 844)
PATHS = ("classes", "classrooms", "pairings", "staff", "schools")
HALF_BAD = workbook(HEADER, ("章明", None, "四(1)班"), ("李兰", None, "三年级"))
GOOD = workbook(HEADER, ("章明", None, "四(1)班"), ("李兰", None, "401"))
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"
READY = "document.querySelector('main.sheet :is(.list, [data-message=empty])') !== null"
FOURTH = "[data-row='四(1)班']"
NAMES = "[...document.querySelectorAll('[data-names] li > span')].map((one) => one.textContent)"


def there(selector: str) -> str:
    """That the page shows something."""
    return f"document.querySelector({json.dumps(selector)}) !== null"


CLOSED = f"!({there('[data-form]')})"


def text(selector: str) -> str:
    """What the page says there."""
    return f"document.querySelector({json.dumps(selector)}).innerText"


async def write(page: Page, field: str, words: str) -> None:
    """Type into a field, over what stands there."""
    await page.press(f"[data-field={field}]")
    await page.evaluate(f"document.querySelector('[data-field={field}]').select()")
    await page.ask("write", text=words)


async def choose(page: Page, data: bytes) -> None:
    """Choose a file as a person does; a file can't be put into a page by its keys."""
    encoded = json.dumps(base64.b64encode(data).decode())
    await page.evaluate(
        f"""(() => {{
            const bytes = Uint8Array.from(atob({encoded}), (one) => one.charCodeAt(0));
            const files = new DataTransfer();
            files.items.add(new File([bytes], "名册.xlsx"));
            const input = document.querySelector("[data-field=file]");
            input.files = files.files;
            input.dispatchEvent(new Event("change"));
        }})()"""
    )


async def check_screens(page: Page) -> None:
    """It can be read, and nothing hangs over an edge."""
    for size in (LAPTOP, PHONE):
        await page.resize(size)
        needed, there_is = cast("list[int]", await page.evaluate(WIDTHS))
        assert needed <= there_is, size
        assert not too_faint(await contrasts(page, "AA")), size
    await page.resize(LAPTOP)


async def make_a_class(page: Page, base: str) -> None:
    """Make one by numbers, mistyped at first."""
    await page.goto(f"{base}classes")
    await page.press("[data-do=add]")
    await write(page, "name", "音乐班")
    await page.press("[data-do=save]")
    await page.until(there("[data-form] [data-message=trouble]"))
    await write(page, "name", "301")
    await write(page, "expected", "24")
    await page.press("[data-do=save]")
    await page.until(there("[data-row='三(1)班']"))
    await page.until(CLOSED)
    row = text("[data-row='三(1)班']")
    await page.until(f"{row}.includes('24')")


async def import_a_roster(page: Page) -> None:
    """Try a file that is half bad, then the corrected one; look at its names and remove one."""
    await page.press("[data-do=import]")
    await page.until(there("[data-field=file]"))
    await choose(page, HALF_BAD)
    await page.until(there("[data-message=bad]"))
    assert not await page.evaluate(there("[data-form] [data-do=save]"))
    await choose(page, GOOD)
    await page.press("[data-form] [data-do=save]")
    await page.until(there("[data-message=taken]"))
    await page.key("Escape")
    await page.until(CLOSED)
    await page.press("[data-row='四(1)班'] [data-do=names]")
    await page.until(there("[data-names] li"))
    await page.until_is(NAMES, ["李兰", "章明"])
    for _ in range(2):
        await page.press("[data-names] li:last-child [data-do=remove]")
    await page.until(there("[data-message=removed]"))
    await page.until_is(NAMES, ["李兰"])


async def turn_the_year(page: Page, base: str) -> None:
    """Raise the grades after a look, and once more by mistake; close a class and open it again."""
    await page.goto(f"{base}classes")
    await page.press("[data-do=raise]")
    await page.until(there("[data-rises='三(1)班']"))
    await check_screens(page)
    await page.press("[data-rises='三(1)班'] input")
    await page.until(there("[data-rises='三(1)班'] input:not(:checked):not(:disabled)"))
    await page.press("[data-rises='三(1)班'] input")
    await page.until(there("[data-rises='三(1)班'] input:checked:not(:disabled)"))
    await page.press("[data-form] [data-do=save]")
    await page.until(there("[data-message=raised]"))
    await page.key("Escape")
    await page.until(CLOSED)
    await page.until(there("[data-row='五(1)班']"))
    await page.press("[data-do=raise]")
    await page.until(there("[data-field=again]"))
    assert not await page.evaluate(there("[data-form] [data-do=save]"))
    await page.key("Escape")
    await page.until(CLOSED)
    await page.press("[data-row='四(1)班'] [data-do=end]")
    await page.press("[data-form] [data-do=save]")
    await page.until(f"!({there(FOURTH)})")
    await page.press("[data-field=ended]")
    await page.until(there("[data-row='四(1)班'] [data-ended]"))
    await page.press("[data-row='四(1)班'] [data-do=reopen]")
    await page.until(there("[data-row='四(1)班'] [data-do=end]"))


async def hire(page: Page, base: str) -> None:
    """Make an account; its first password is not shown again."""
    await page.goto(f"{base}staff")
    await page.press("[data-do=add]")
    await write(page, "name", "张伟")
    await write(page, "login", "zhang.wei")
    await page.press("[data-do=save]")
    await page.until(there("[data-first-password]"))
    first = str(await page.evaluate(text("[data-first-password]")))
    await page.press("[data-dialog] [data-do=close]")
    await page.goto(f"{base}staff")
    await page.until(there("[data-row='张伟']"))
    assert first not in str(await page.evaluate(text("body")))


async def propose(database: Database, here: Organisation) -> None:
    """A bureau of elsewhere proposes to pair a school of its own with this one."""
    town = await school(database, "玉山小学", "361123")
    bureau = Acting(
        id="b", capacity=Capacity.BUREAU, organisation="far", looks_after=RegionCode("361100")
    )
    typed = TypedPairing(
        supporter=town.id,
        recipient=here.id,
        forms=tuple(Form),
        begins=date(2026, 9, 1),
        ends=date(2029, 8, 31),
        waiver="",
    )
    await add(database, bureau, typed, datetime.now(UTC))


async def agree(page: Page, base: str) -> None:
    """See on the first page that a pairing waits, go there, and agree without a mouse."""
    await page.goto(base)
    await page.until(there("[data-card=pairings]"))
    await check_screens(page)
    await page.press("[data-do=pairings]")
    await page.until(there("[data-state=waits] [data-do=agree]"))
    await check_screens(page)
    await page.evaluate("document.querySelector('[data-do=agree]').focus()")
    await page.key("Enter")
    await page.until(there("[data-state=stands]"))
    await page.press("[data-do=end]")
    assert await page.evaluate(there("[data-state=stands]"))
    await page.press("[data-do=end]")
    await page.until(there("[data-state=ended]"))
    await check_screens(page)


async def pick(page: Page, field: str, name: str) -> None:
    """Choose a school by its name, from the keys alone."""
    await page.evaluate(f"document.querySelector('[data-field={field}] input').focus()")
    await page.ask("write", text=name)
    await page.key("ArrowDown")
    await page.key("Enter")
    await page.until(f"{text(f'[data-field={field}]')}.includes({json.dumps(name)})")


async def propose_elsewhere(page: Page, base: str) -> None:
    """As a bureau, find a school that no list of one's own holds, propose to it, and withdraw."""
    await page.goto(f"{base}pairings")
    await page.press("[data-do=add]")
    await page.press("[data-elsewhere] summary")
    await write(page, "elsewhere-name", "尼山小学")
    await write(page, "elsewhere-region", "330803")
    await page.key("Enter")
    await page.until(there("[data-elsewhere] [data-message=trouble]"))
    await write(page, "elsewhere-region", "330802")
    await page.key("Enter")
    await page.until(there("[data-elsewhere] [data-message=found]"))
    await check_screens(page)
    await pick(page, "supporter", "玉山小学")
    await pick(page, "recipient", "尼山小学")
    await page.press("[data-do=save]")
    await page.until(there("[data-state=waits]"))
    await page.until(CLOSED)
    waits = text("[data-state=waits]")
    await page.until(f"{waits}.includes('尼山小学')")
    await page.evaluate("localStorage.setItem('tongke.language', 'en')")
    await page.goto(f"{base}pairings")
    await page.until(there("[data-state=waits]"))
    await page.until(f"{waits}.includes('Waits for 尼山小学')")
    await check_screens(page)
    await page.press("[data-state=waits] [data-do=end]")
    await page.until(f"!({there('[data-state=waits]')})")


async def sign_in(page: Page, base: str, headers: dict[str, str]) -> None:
    """Have the browser be somebody's."""
    await page.goto(f"{base}account")
    cookie = json.dumps(headers["Cookie"] + "; path=/")
    await page.evaluate(f"document.cookie = {cookie}")


async def give_a_pin(page: Page) -> None:
    """Give somebody four digits, at first those that others would try."""
    await page.press("[data-row='张伟'] [data-do=pin]")
    await write(page, "pin", "1234")
    await page.press("[data-form] [data-do=save]")
    await page.until(there("[data-form] [data-message=trouble]"))
    assert "太容易猜到" in str(await page.evaluate(text("[data-form] [data-message=trouble]")))
    await write(page, "pin", "2846")
    await page.press("[data-form] [data-do=save]")
    await page.until(CLOSED)


async def test_a_school_admin_keeps_the_school_without_help(
    tmp_path: Path, chromium: Browsers
) -> None:
    async with website(tmp_path, CLIENT) as site:
        database = site.house.database
        here = await school(database)
        admin = await hired(database, Capacity.SCHOOL_ADMIN, here, "方校长")
        await propose(database, here)
        far = await school(database, "上饶市教育局", "361100", OrganisationKind.BUREAU)
        bureau = await hired(database, Capacity.BUREAU, far)
        page, base = await chromium.open("admin"), str(site.client.make_url("/"))
        await sign_in(page, base, await badge(database, admin))
        await make_a_class(page, base)
        await import_a_roster(page)
        await turn_the_year(page, base)
        await hire(page, base)
        await give_a_pin(page)
        await agree(page, base)
        for path in PATHS:
            await page.goto(base + path)
            await page.until(READY)
            await check_screens(page)
        await sign_in(page, base, await badge(database, bureau))
        await propose_elsewhere(page, base)


@pytest.mark.parametrize(("press", "called_off"), [("end-keep", False), ("end-call-off", True)])
async def test_who_ends_a_pairing_says_what_becomes_of_its_lessons(
    tmp_path: Path, chromium: Browsers, press: str, *, called_off: bool
) -> None:
    async with website(tmp_path, CLIENT) as site:
        schools = await pair(site.house.database)
        now = datetime.now(UTC)
        new = schools.plan(starts=now + timedelta(days=1))
        lesson = await plan(schools.database, schools.town.acting(), new, now)
        admin = await hired(schools.database, Capacity.SCHOOL_ADMIN, schools.town.school, "方校长")
        page, base = await chromium.open("admin"), str(site.client.make_url("/"))
        await sign_in(page, base, await badge(schools.database, admin))
        await page.goto(f"{base}pairings")
        await page.press("[data-do=end]")
        await page.press("[data-do=end]")
        await page.until(there(f"[data-do={press}]"))
        # Which lessons they are stands above both answers.
        assert new.title in str(await page.evaluate(text("[data-message=trouble]")))
        await check_screens(page)
        await page.press(f"[data-do={press}]")
        await page.until(there("[data-state=ended]"))
        await check_screens(page)
        found = await Lessons(schools.database).find(lesson.id)
        assert found is not None
        assert found.lesson.schedule is not None
        assert (found.lesson.schedule.called_off != "") is called_off
