import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from server.actions.timetable import plan
from server.programme.lesson import Lesson
from server.programme.people import Person
from server.programme.rights import Capacity
from server.store.lessons import Lessons
from server.web.doorkeeper import CSRF
from tests.support.paired import Paired, pair
from tests.support.staff import badge, hired
from tests.support.websites import Website, built_client, website

PLAN, DAYS = "/api/attendance", "from=2026-11-24&to=2026-11-26"
NUMBERS = {"expected": 24, "present": 20, "on_leave": 1}


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def held(schools: Paired) -> Lesson:
    """A lesson of yesterday: its roll is the schools'."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    new = schools.plan(starts=yesterday)
    made = await plan(schools.database, schools.town.acting(), new, yesterday)
    await Lessons(schools.database).mark_opened(made.id, yesterday)
    await Lessons(schools.database).mark_ended(made.id, yesterday)
    return made


async def ask(
    site: Website, person: Person, method: str, path: str, sent: object = None
) -> tuple[int, Any]:
    headers = await badge(site.house.database, person)
    answer = await site.client.request(method, path, headers=headers, json=sent)
    return answer.status, await answer.json()


async def test_a_school_admin_declares_corrects_and_downloads(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        database = site.house.database
        schools = await pair(database)
        lesson = await held(schools)
        chen = await hired(database, Capacity.SCHOOL_ADMIN, schools.village.school, "陈主任")
        status, found = await ask(site, chen, "GET", f"{PLAN}/lessons")
        assert (status, found["more"]) == (200, False)
        assert found["lessons"][0]["rooms"][1]["roll"]["state"] == "handed_on"
        path = f"{PLAN}/{lesson.id}/{lesson.rooms[1].participant}"
        status, refused = await ask(site, chen, "PUT", path, NUMBERS)
        assert (status, refused["refusal"]) == (409, "roll_why_missing")
        status, made = await ask(site, chen, "PUT", path, {**NUMBERS, "why": "当晚没点"})
        first = made["rooms"][1]["roll"]["declared"]
        assert (status, first["absent"]) == (200, 3)
        again = {**NUMBERS, "present": 21, "why": "查过记录", "after": first["id"]}
        assert (await ask(site, chen, "PUT", path, again))[0] == 200
        other = f"{PLAN}/{lesson.id}/{lesson.rooms[0].participant}"
        status, refused = await ask(site, chen, "PUT", other, {**NUMBERS, "why": "补记"})
        assert refused["refusal"] == "not_yours"
        _, sums = await ask(site, chen, "GET", f"{PLAN}/classes")
        assert [(one["name"], one["present"]) for one in sums["classes"]] == [("三(1)班", 21)]

        headers = await badge(database, chen)
        book = await site.client.get(f"{PLAN}/lessons.xlsx", headers=headers)
        assert "attachment" in book.headers["Content-Disposition"]
        rows = load_workbook(BytesIO(await book.read())).worksheets[0].iter_rows(values_only=True)
        assert [row[7] for row in rows] == ["到", None, 21]
        text = await site.client.get(f"{PLAN}/classes.csv?language=en", headers=headers)
        assert text.headers["Content-Type"] == "text/csv; charset=utf-8"
        [header, row] = csv.reader(StringIO((await text.read()).decode("utf-8-sig")))
        assert (header[1], row[1]) == ("Class", "三(1)班")


async def test_a_page_that_does_not_say_who_sent_it_changes_nothing(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        schools = await pair(site.house.database)
        lesson = await held(schools)
        chen = await hired(
            site.house.database, Capacity.SCHOOL_ADMIN, schools.village.school, "陈主任"
        )
        headers = await badge(site.house.database, chen)
        del headers[CSRF]
        path = f"{PLAN}/{lesson.id}/{lesson.rooms[1].participant}"
        answer = await site.client.put(path, headers=headers, json={**NUMBERS, "why": "当晚没点"})
        assert answer.status in (401, 403)
        _, found = await ask(site, chen, "GET", f"{PLAN}/lessons")
        assert found["lessons"][0]["rooms"][1]["roll"]["declared"] is None


@pytest.mark.parametrize("of", ["lessons", "classes", "lessons.xlsx", "classes.csv"])
async def test_who_may_not_see_attendance_or_asks_for_no_day_learns_nothing(
    tmp_path: Path, client_folder: Path, of: str
) -> None:
    async with website(tmp_path, client_folder) as site:
        schools = await pair(site.house.database)
        school = schools.town.school
        technician = await hired(site.house.database, Capacity.TECHNICIAN, school, "赵工")
        assert (await site.client.get(f"{PLAN}/{of}?{DAYS}")).status == 401
        status, refused = await ask(site, technician, "GET", f"{PLAN}/{of}?{DAYS}")
        assert (status, refused["refusal"]) == (403, "not_yours")
        teacher = schools.town.teacher
        for wrong in ("from=tomorrow", "to=2026-13-01", "to=0001-01-01"):
            assert (await ask(site, teacher, "GET", f"{PLAN}/{of}?{wrong}"))[0] == 400
        status, refused = await ask(site, teacher, "GET", f"{PLAN}/{of}?from=2020-01-01")
        assert refused["refusal"] == "attendance_span"
