from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.programme.rights import Capacity
from server.store.lessons import Lessons
from server.store.pins import Pins
from tests.support.rooms import PIN, Village, today, village
from tests.support.staff import badge, hired, school
from tests.support.stored import NOW, planned
from tests.support.websites import bearer, built_client, website


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def scanned(here: Village, wall: dict[str, str]) -> str:
    """The code that the screen shows."""
    return str((await here.ask("GET", "/api/room", wall))[1]["code"])


async def enter(here: Village, code: str, pin: str, person: str | None = None) -> tuple[int, str]:
    """Try a PIN; the status, and the link's token or why not."""
    body = {"code": code, "person": person or here.teacher.id, "pin": pin}
    status, answer = await here.ask("POST", "/api/phone/assistant", None, body)
    return status, str(answer.get("token", answer.get("refusal")))


async def test_an_assistant_picks_themselves_and_declares_by_name(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        lesson, wall = await today(site), await here.bound()
        await site.house.other(lesson)
        code = await scanned(here, wall)
        _, room = await here.ask("POST", "/api/phone/room", None, {"code": code})
        assert room == {
            "classroom": "乙",
            "school": "尼山小学",
            "title": lesson.title,
            "staff": [{"id": here.teacher.id, "name": "汪老师"}],
        }
        status, token = await enter(here, code, PIN)
        assert status == 200
        about = await (await site.client.get("/api/lesson", headers=bearer(token))).json()
        assert (about["role"], about["place_name"], about["beside"]) == ("teacher", "乙", True)
        said = {"expected": 24, "present": 22, "on_leave": 1}
        _, roll = await here.ask("PUT", "/api/roll", bearer(token), said)
        assert roll["declared"]["declared_by"] == f"person:{here.teacher.id}"


async def test_a_pin_cannot_be_guessed_through(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        await today(site)
        code = await scanned(here, await here.bound())
        answers = [await enter(here, code, f"{number:04}") for number in range(5)]
        assert answers == [(409, "pin_wrong")] * 5
        assert await enter(here, code, PIN) == (429, "guesses_spent")


async def test_somebody_of_another_school_and_somebody_without_a_pin_do_not_come_in(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here, database = await village(site), site.house.database
        await today(site)
        code = await scanned(here, await here.bound())
        far = await hired(database, Capacity.TEACHER, await school(database, "二小"))
        await Pins(database).put(far.id, str(await Pins(database).of(here.teacher.id)), NOW)
        new = await hired(database, Capacity.TEACHER, here.room.organisation)
        for person in (far.id, new.id, "nobody"):
            assert await enter(here, code, PIN, person) == (409, "pin_wrong")


async def test_a_code_opens_nothing_without_a_lesson_or_in_the_host_room(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        lesson = await today(site)
        code = await scanned(here, await here.bound())
        assert await enter(here, "guessed", PIN) == (409, "room_code_over")
        await Lessons(site.house.database).mark_ended(lesson.id, NOW)
        assert await enter(here, code, PIN) == (409, "room_idle")
        host = planned(rooms=("丙",), name="host")
        renamed = replace(host, rooms=(replace(host.rooms[0], name="乙"), *host.rooms[1:]))
        await Lessons(site.house.database).add(renamed, datetime.now(UTC))
        assert await enter(here, code, PIN) == (409, "room_hosts")


async def test_a_teacher_signs_in_on_a_panel_by_phone(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        wall = await here.bound()
        _, asking = await here.ask("POST", "/api/room/panel", wall, {})
        secret = {"secret": asking["secret"]}
        _, answer = await here.ask("POST", "/api/room/panel/collect", wall, secret)
        assert answer == {"signed_in": False}
        scan = {"code": asking["code"]}
        _, panel = await here.ask("POST", "/api/phone/panel", here.phone, scan)
        assert (panel["classroom"], panel["name"]) == ("乙", "汪老师")
        yes = {**scan, "screen": panel["screen"]}
        assert (await here.ask("POST", "/api/phone/panel/approve", here.phone, yes))[0] == 200
        collected = await site.client.post("/api/room/panel/collect", headers=wall, json=secret)
        assert await collected.json() == {"signed_in": True}
        login = {"Cookie": f"tongke-login={collected.cookies['tongke-login'].value}"}
        site.client.session.cookie_jar.clear()
        _, me = await here.ask("GET", "/api/me", login)
        assert (me["step"], me["name"]) == ("done", "汪老师")


async def test_only_whoever_is_signed_in_says_yes_and_only_to_what_they_were_told(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here = await village(site)
        wall = await here.bound()
        _, asking = await here.ask("POST", "/api/room/panel", wall, {})
        scan = {"code": asking["code"]}
        for who in (None, wall, {"Cookie": here.phone["Cookie"]}):
            assert (await here.ask("POST", "/api/phone/panel", who, scan))[0] in (401, 403)
        other = {**scan, "screen": "another"}
        status, refused = await here.ask("POST", "/api/phone/panel/approve", here.phone, other)
        assert (status, refused["refusal"]) == (409, "panel_code_over")
        secret = {"secret": asking["secret"]}
        _, answer = await here.ask("POST", "/api/room/panel/collect", wall, secret)
        assert answer == {"signed_in": False}


async def test_an_admin_sets_the_pin_of_the_schools_own_staff(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        here, database = await village(site), site.house.database
        new = await hired(database, Capacity.TEACHER, here.room.organisation)
        path = f"/api/staff/{new.id}/pin"
        elsewhere = await school(database, "二小")
        stranger = await hired(database, Capacity.SCHOOL_ADMIN, elsewhere)
        for who in (here.phone, await badge(database, stranger)):
            assert (await here.ask("PUT", path, who, {"pin": PIN}))[0] == 403
        status, refused = await here.ask("PUT", path, here.admin, {"pin": "1234"})
        assert (status, refused["refusal"]) == (409, "pin_easy")
        assert await Pins(database).of(new.id) is None
        assert (await here.ask("PUT", path, here.admin, {"pin": PIN}))[0] == 200
        assert (await Pins(database).of(new.id) or "").startswith("$argon2id$")
