"""A classroom's screen: bound once, back after each cut of power; and the phones before it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from server.programme.people import Person
from server.programme.rights import Capacity
from server.store.database import Database, open_database
from server.store.tables import ClassroomRow
from tests.support.browsers import Browsers, Page, Size
from tests.support.lesson_pages import LessonPage, lesson_page, room_link
from tests.support.served import Served, served, tongke
from tests.support.signed_in import sign_in
from tests.support.staff import hired, school

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE = Size(390, 844)
WALL = {"source": 7, "sound": "tone", "hertz": 700}
PIN = "2846"
IDLE = "document.querySelector('[data-page=room-idle] h1')?.innerText === '乙'"
SIGNED_OUT = "document.querySelector('[data-page=sign-in-password]') !== null"
SHARED = json.loads(Path("signaling/locale/zh.json").read_text())["refusal"]


class School:
    """A village school with a classroom, an admin and a teacher."""

    def __init__(self, server: Served, database: Database, admin: Person, teacher: Person) -> None:
        self.server = server
        self.database = database
        self.admin = admin
        self.teacher = teacher

    async def signed_in(self, page: Page, person: Person) -> None:
        """Have somebody signed in on a page."""
        await sign_in(page, self.server.base, self.database, person)


@asynccontextmanager
async def village(server: Served) -> AsyncIterator[School]:
    """A village school whose classroom is 乙."""
    async with open_database(server.data) as database:
        here = await school(database, "齐溪镇中心小学")
        await add_classroom(database, here.id)
        admin = await hired(database, Capacity.SCHOOL_ADMIN, here, "管理员")
        teacher = await hired(database, Capacity.TEACHER, here, "汪老师")
        yield School(server, database, admin, teacher)


async def add_classroom(database: Database, organisation: str) -> None:
    """The classroom 乙."""
    async with database.transaction() as session:
        session.add(ClassroomRow(id="room", organisation=organisation, name="乙"))


class Panel:
    """The panel at the wall, whose Chromium opens the room's page when its power comes."""

    def __init__(self, drivers: Browsers, profile: Path, server: Served) -> None:
        self._drivers = drivers
        self._profile = profile
        self._server = server

    async def start(self) -> Page:
        """Its page after the power came."""
        await self._drivers.power("wall", self._profile)
        wall = await self._drivers.wall("wall", WALL)
        await wall.goto(f"{self._server.base}/room")
        return wall

    async def cut(self) -> None:
        """Cut its power."""
        await self._drivers.cut("wall")

    async def restart(self) -> Page:
        """Cut its power and give it back at once."""
        await self.cut()
        await asyncio.to_thread(self._note_crash)
        return await self.start()

    def _note_crash(self) -> None:
        """Note what Chromium does ten seconds after its start: that it was not ended in order.

        It then brings back even the cookies that were to end with it.
        """
        path = self._profile / "Default" / "Preferences"
        noted = json.loads(path.read_bytes()) if path.exists() else {}
        noted.setdefault("profile", {})["exit_type"] = "Crashed"
        path.write_text(json.dumps(noted))


@asynccontextmanager
async def panel(drivers: Browsers, profile: Path, server: Served) -> AsyncIterator[Panel]:
    """A panel without power; without it again afterwards."""
    made = Panel(drivers, profile, server)
    try:
        yield made
    finally:
        await made.cut()


async def hears(page: Page, source: str) -> bool:
    """Whether a source's sound arrives and is played."""
    await page.until(f"""(window.tongke?.stats() ?? Promise.resolve({{sources: []}})).then((all) =>
        all.sources.some((one) => one.source === '{source}' && one.kind === 'audio' &&
          (one.rtp?.totalAudioEnergy ?? 0) > 0))""")
    return bool(await page.evaluate("document.querySelector('[data-message=sound]') === null"))


async def says(page: Page, message: str, sentence: str) -> None:
    """Wait until a page says a sentence."""
    shown = f"document.querySelector('[data-message={message}]')?.innerText"
    await page.until(f"{shown}?.trim() === {json.dumps(sentence)}")


async def type_in(page: Page, digits: str) -> None:
    """Tap digits on a keypad."""
    for digit in digits:
        await page.press(f"[data-key='{digit}']")


async def test_a_bound_screen_is_back_after_each_cut_of_power_and_takes_an_assistant(
    tmp_path: Path, chromium: Browsers
) -> None:
    async with (
        served(tmp_path / "data") as server,
        village(server) as here,
        panel(chromium, tmp_path / "profile", server) as power,
    ):
        wall, office = await power.start(), await chromium.open("office")
        await here.signed_in(office, here.admin)
        await bind(wall, office, server)
        wall = await power.restart()
        await wall.until(IDLE)

        phone = await chromium.open("phone", size=PHONE)
        await sign_in_by_phone(wall, phone, here)
        await write_cookies(wall, server)
        wall = await power.restart()
        await wall.until(IDLE)
        await wall.goto(f"{server.base}/")
        await wall.until(SIGNED_OUT)
        await wall.goto(f"{server.base}/room")

        lesson = await server.lesson()
        host = await lesson_page(chromium, "host", 1)
        await host.enter(room_link(server, lesson, 0))
        await wall.until("document.querySelector('[data-standing=live]') !== null")
        await host.do("start")
        sound = f"{lesson['rooms'][0]['participant']}/microphone"
        assert await hears(wall, sound)
        device = (await LessonPage(wall).stats())["device"]

        await wall.press("[data-do=show-code]")
        code = "document.querySelector('[data-assistant-code]').dataset.link"
        link = cast("str", await wall.evaluate(code))
        await assist(phone, link, here)
        await declare(phone)
        [roll] = [one for one in await attendance(server, lesson["lesson"]) if one["declared"]]
        assert roll["name"] == "乙"
        assert roll["declared"]["declared_by"] == f"person:{here.teacher.id}"

        wall = await power.restart()
        await wall.until("document.querySelector('[data-standing=live]') !== null")
        assert await hears(wall, sound)
        assert (await LessonPage(wall).stats())["device"] == device
        await host.until_shown(cast("int", WALL["source"]))

        for _ in range(2):
            await office.press("[data-screen] [data-do=unbind]")
        await wall.until("document.querySelector('[data-page=room-bind]') !== null")


async def bind(wall: Page, office: Page, server: Served) -> None:
    """The admin asks for a code; it is mistyped once on the panel, then typed as it is."""
    await office.goto(f"{server.base}/classrooms")
    await office.press("[data-row='乙'] [data-do=screens]")
    await office.press("[data-do=offer-code]")
    shown = "document.querySelector('[data-screen-code]')"
    await office.until(f"{shown} !== null")
    code = cast("str", await office.evaluate(f"{shown}.innerText"))
    await type_in(wall, f"{(int(code) + 1) % 1_000_000:06}")
    await says(wall, "trouble", SHARED["screen_code_wrong"])
    await type_in(wall, code)
    await wall.until(IDLE)


async def sign_in_by_phone(wall: Page, phone: Page, here: School) -> None:
    """A teacher scans the panel's QR and says yes; the QR is worth nothing after that."""
    await wall.press("[data-do=sign-in-by-phone]")
    shown = "document.querySelector('[data-panel-code]')?.dataset.link"
    await wall.until(f"({shown} ?? '') !== ''")
    link = cast("str", await wall.evaluate(shown))
    await phone.goto(link)
    await phone.until("document.querySelector('[data-do=sign-in]') !== null")
    await here.signed_in(phone, here.teacher)
    await phone.goto(link)
    await phone.until("document.querySelector('[data-page=phone] h1')?.innerText === '乙'")
    await phone.press("[data-do=approve]")
    await phone.until("document.querySelector('[data-message=done]') !== null")
    await wall.until("document.querySelector('[data-page=home]') !== null")
    await choose_pin(phone, here)
    await phone.goto(link)
    await says(phone, "trouble", SHARED["panel_code_over"])


async def write_cookies(wall: Page, server: Served) -> None:
    """Have Chromium write its cookies to disk, as it does every half minute, or for each 512."""
    await wall.goto(f"{server.base}/healthz".replace("127.0.0.1", "localhost"))
    await wall.evaluate(
        "Array.from({length: 900}, (_, at) => (document.cookie = `c${at}=1; max-age=60`)).length"
    )


async def choose_pin(phone: Page, here: School) -> None:
    """Set one's own four digits, at first those that others would try."""
    await phone.goto(f"{here.server.base}/account")
    await phone.press("[data-field=pin]")
    await phone.ask("write", text="1234")
    await phone.press("[data-do=set-pin]")
    await says(phone, "trouble", SHARED["pin_easy"])
    await phone.evaluate("document.querySelector('[data-field=pin]').select()")
    await phone.ask("write", text=PIN)
    await phone.press("[data-do=set-pin]")
    await phone.until("document.querySelector('[data-message=pin-kept]') !== null")


async def assist(phone: Page, link: str, here: School) -> None:
    """Scan a code that is over, then the right one; mistype the PIN once; be in the lesson."""
    await phone.goto(f"{here.server.base}/phone#room=over")
    await says(phone, "trouble", SHARED["room_code_over"])
    await phone.goto(link)
    await phone.press(f"[data-person='{here.teacher.id}']")
    await type_in(phone, "9753")
    await says(phone, "trouble", SHARED["pin_wrong"])
    await type_in(phone, PIN)
    await phone.press("[data-do=enter]")
    await phone.until("document.querySelector('[data-far-teacher]') !== null")
    camera = "window.tongke.stats().then((all) => all.peers.up)"
    assert await phone.evaluate(camera) in (None, "new")
    await phone.press("[data-do=raise-hand]")
    await phone.until("document.querySelector('[data-do=lower-hand]') !== null")


async def declare(phone: Page) -> None:
    """Call the roll of the room."""
    roll = "document.querySelector('[data-do=roll-call]').href"
    await phone.goto(str(await phone.evaluate(roll)))
    for _ in range(3):
        await phone.press("[data-stepper=expected] [data-do=more]")
    await phone.press("[data-do=declare]")
    await phone.until("document.querySelector('[data-message=declared]') !== null")


async def attendance(server: Served, lesson: str) -> list[dict[str, Any]]:
    """What was declared, by room."""
    words = ("lesson", "attendance", lesson, "--json", "--data", str(server.data))
    return cast("list[dict[str, Any]]", json.loads(await tongke(*words)))
