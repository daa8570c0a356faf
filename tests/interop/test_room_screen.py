"""A classroom's screen: bound once, back after a cut of power; and the assistant's phone."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import ClientSession

from server.programme.people import Person
from server.programme.rights import Capacity
from server.store.database import Database, open_database
from server.store.tables import ClassroomRow
from tests.support.browsers import Page, Size, browsers
from tests.support.lesson_pages import LessonPage, lesson_page, room_link
from tests.support.served import Served, served, tongke
from tests.support.staff import badge, hired, school
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE = Size(390, 844)
WALL = {"source": 7, "sound": "tone", "hertz": 700}
PIN = "2846"


class School:
    """A village school with a classroom, an admin and a teacher."""

    def __init__(self, server: Served, admin: dict[str, str], teacher: Person) -> None:
        self.server = server
        self.admin = admin
        self.teacher = teacher

    async def code(self) -> str:
        """Six digits for the classroom's screen."""
        answer = await ask(self.server, self.admin, "POST", "/api/classrooms/room/screens/code")
        return str(answer["code"])


async def ask(
    server: Served, who: dict[str, str], method: str, path: str, body: object = None
) -> dict[str, Any]:
    """What somebody who is signed in is answered."""
    async with (
        ClientSession() as http,
        http.request(method, server.base + path, headers=who, json=body) as answer,
    ):
        assert answer.status == 200, await answer.text()
        return cast("dict[str, Any]", await answer.json())


@asynccontextmanager
async def village(server: Served) -> AsyncIterator[School]:
    """A village school whose classroom is 乙."""
    async with open_database(server.data) as database:
        here = await school(database, "齐溪镇中心小学")
        await add_classroom(database, here.id)
        admin = await hired(database, Capacity.SCHOOL_ADMIN, here, "管理员")
        teacher = await hired(database, Capacity.TEACHER, here, "汪老师")
        await ask(server, await badge(database, teacher), "PUT", "/api/me/pin", {"pin": PIN})
        yield School(server, await badge(database, admin), teacher)


async def add_classroom(database: Database, organisation: str) -> None:
    """The classroom 乙."""
    async with database.transaction() as session:
        session.add(ClassroomRow(id="room", organisation=organisation, name="乙"))


async def kept(profile: Path, word: bytes) -> None:
    """Wait until the browser has written something to its disk."""

    def written() -> bool:
        return any(holds(path, word) for path in (profile / "Default").rglob("*"))

    await until(lambda: asyncio.to_thread(written), 60.0)


def holds(path: Path, word: bytes) -> bool:
    """Whether a file holds a word; browsers drop files of their caches at any time."""
    try:
        return path.is_file() and word in path.read_bytes()
    except FileNotFoundError:
        return False


async def hears(page: Page, source: str) -> bool:
    """Whether a source's sound arrives and is played."""
    await page.until(f"""(window.tongke?.stats() ?? Promise.resolve({{sources: []}})).then((all) =>
        all.sources.some((one) => one.source === '{source}' && one.kind === 'audio' &&
          (one.rtp?.totalAudioEnergy ?? 0) > 0))""")
    return bool(await page.evaluate("document.querySelector('[data-message=sound]') === null"))


async def type_in(page: Page, digits: str) -> None:
    """Tap digits on a keypad."""
    for digit in digits:
        await page.press(f"[data-key='{digit}']")


async def test_a_bound_screen_is_back_after_a_cut_of_power_and_takes_an_assistant(
    tmp_path: Path,
) -> None:
    profile = tmp_path / "profile"
    async with (
        served(tmp_path / "data") as server,
        village(server) as here,
        browsers() as drivers,
    ):
        await drivers.power("wall", profile)
        wall = await drivers.wall("wall", WALL)
        await wall.goto(f"{server.base}/room")
        await wall.until("document.querySelector('[data-page=room-bind]') !== null")
        await type_in(wall, await here.code())
        await wall.until("document.querySelector('[data-page=room-idle] h1')?.innerText === '乙'")

        lesson = await server.lesson()
        await drivers.launch("chromium")
        host = await lesson_page(drivers, "host", 1)
        await host.enter(room_link(server, lesson, 0))
        await wall.until("document.querySelector('[data-standing=live]') !== null")
        await host.do("start")
        sound = f"{lesson['rooms'][0]['participant']}/microphone"
        assert await hears(wall, sound)
        device = (await LessonPage(wall).stats())["device"]

        await wall.press("[data-do=show-code]")
        code = "document.querySelector('[data-assistant-code]').dataset.link"
        link = cast("str", await wall.evaluate(code))
        phone = await drivers.open("phone", size=PHONE)
        await assist(phone, link, here)
        await declare(phone)
        [roll] = [one for one in await attendance(server, lesson["lesson"]) if one["declared"]]
        assert roll["name"] == "乙"
        assert roll["declared"]["declared_by"] == f"person:{here.teacher.id}"

        await kept(profile, b"tongke-room")
        await kept(profile, lesson["lesson"][-32:].encode())

        await drivers.cut("wall")
        await drivers.power("wall", profile)
        wall = await drivers.wall("wall", WALL)
        await wall.goto(f"{server.base}/room")
        await wall.until("document.querySelector('[data-standing=live]') !== null")
        assert await hears(wall, sound)
        assert (await LessonPage(wall).stats())["device"] == device
        await host.until_shown(cast("int", WALL["source"]))


async def assist(phone: Page, link: str, here: School) -> None:
    """Scan the code, pick oneself, mistype the PIN once, and be in the lesson."""
    await phone.goto(link)
    await phone.press(f"[data-person='{here.teacher.id}']")
    await type_in(phone, "9753")
    await phone.until("document.querySelector('[data-message=trouble]')?.innerText !== ''")
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
