import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.actions.timetable import plan
from server.store.lessons import Lessons
from signaling.events import Role
from tests.support.paired import pair
from tests.support.rostered import NAMES, by_roster, pupil
from tests.support.websites import Website, bearer, built_client, website

SAID = {"expected": 24, "present": 22, "on_leave": 1}


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def put(site: Website, token: str, body: object) -> tuple[int, dict[str, object]]:
    answer = await site.client.put("/api/roll", headers=bearer(token), json=body)
    return answer.status, await answer.json()


async def test_a_rooms_teacher_declares_and_corrects_its_roll(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        await site.house.other(lesson)
        token = site.house.token(lesson, Role.TEACHER, "id1")
        before = await (await site.client.get("/api/roll", headers=bearer(token))).json()
        assert (before["title"], before["name"], before["state"]) == ("数学", "乙", "open")
        status, made = await put(site, token, SAID)
        assert status == 200
        assert made["state"] == "declared"
        status, refused = await put(site, token, {**SAID, "present": 23})
        assert (status, refused["refusal"]) == (409, "roll_why_missing")
        after = await (await site.client.get("/api/roll", headers=bearer(token))).json()
        assert after["declared"] == made["declared"]
        why = {"why": "一人迟到", "after": after["declared"]["id"], "present": 23}
        assert (await put(site, token, {**SAID, **why}))[0] == 200


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.ROOM, "id1"),
        (Role.PUPIL, None),
        (Role.VIEWER, None),
        (Role.INSPECTOR, None),
        (Role.TEACHER, "id9"),
    ],
)
async def test_nobody_else_sees_or_writes_it(
    tmp_path: Path, client_folder: Path, role: Role, place: str | None
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        await site.house.other(lesson)
        token = site.house.token(lesson, role, place)
        assert (await site.client.get("/api/roll", headers=bearer(token))).status == 403
        status, refused = await put(site, token, SAID)
        assert (status, refused["code"]) == (403, "not_allowed")
        teacher = bearer(site.house.token(lesson, Role.TEACHER, "id1"))
        roll = await (await site.client.get("/api/roll", headers=teacher)).json()
        assert roll["declared"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**SAID, "present": "22"},
        {**SAID, "present": 10**9},
        {**SAID, "names": ["小明"]},
        {**SAID, "why": "因" * 5000},
        [SAID],
    ],
)
async def test_what_is_no_roll_is_refused(
    tmp_path: Path, client_folder: Path, body: object
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        token = site.house.token(lesson, Role.TEACHER, "id1")
        status, refused = await put(site, token, body)
        assert (status, refused["code"]) == (400, "malformed")


@pytest.mark.slow
async def test_a_database_that_cannot_be_written_says_so(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        await site.house.other(lesson)
        token = site.house.token(lesson, Role.TEACHER, "id1")
        with closing(sqlite3.connect(tmp_path / "tongke.sqlite")) as locked:
            locked.execute("BEGIN IMMEDIATE")
            status, refused = await put(site, token, SAID)
        assert (status, refused["refusal"]) == (503, "not_kept")
        assert (await put(site, token, SAID))[0] == 200


async def test_the_roll_of_a_roster_is_called_by_name_with_a_link_that_is_somebodys(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        database = site.house.database
        schools = await pair(database)
        await by_roster(database, schools.village)
        now = datetime.now(UTC)
        lesson = await plan(database, schools.town.acting(), schools.plan(starts=now), now)
        await Lessons(database).mark_opened(lesson.id, now)
        place = lesson.rooms[1].participant
        known = site.house.token(lesson, Role.TEACHER, place, schools.village.teacher.id)
        nobodys = site.house.token(lesson, Role.TEACHER, place)
        look = [
            (await site.client.get("/api/roll/names", headers=bearer(token))).status
            for token in (known, nobodys)
        ]
        assert look == [200, 403]
        roll = await (await site.client.get("/api/roll", headers=bearer(known))).json()
        assert (roll["by_name"], roll["expected"]) == (True, 3)
        absent = {pupil(schools.village, "小明"): "absent"}
        by_name = {"expected": 0, "present": 0, "on_leave": 0, "observing": 1, "marks": absent}
        status, refused = await put(site, nobodys, by_name)
        assert (status, refused["refusal"]) == (403, "not_yours")
        status, refused = await put(site, known, {**by_name, "marks": {"stranger": "late"}})
        assert (status, refused["refusal"]) == (409, "roll_names_unknown")
        status, made = await put(site, known, by_name)
        assert status == 200
        assert made["declared"] is not None
        names = await site.client.get("/api/roll/names", headers=bearer(known))
        assert {one["name"]: one["mark"] for one in (await names.json())["pupils"]} == {
            **dict.fromkeys(NAMES),
            "小明": "absent",
        }
        again = await (await site.client.get("/api/roll", headers=bearer(nobodys))).json()
        assert (again["by_name"], again["declared"]["absent"]) == (False, 1)
        assert again["declared"]["observing"] == 1
