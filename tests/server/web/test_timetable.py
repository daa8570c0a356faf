from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.programme.people import Person
from signaling.events import Role
from tests.support.paired import Paired, pair
from tests.support.scheduled import soon
from tests.support.staff import badge
from tests.support.websites import Website, bearer, built_client, website

NEVER = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


def body(schools: Paired, **changes: object) -> dict[str, object]:
    begin = soon(datetime.now(UTC))
    rooms = [
        {
            "classroom": campus.classroom,
            "teachers": [campus.teacher.id],
            "learners": [{"class_group": campus.group.id}],
        }
        for campus in (schools.town, schools.village)
    ]
    return {
        "form": "sync_class",
        "subject": "music",
        "title": "茉莉花",
        "starts": begin.isoformat(),
        "ends": (begin + timedelta(minutes=40)).isoformat(),
        "rooms": rooms,
        **changes,
    }


async def ask(
    site: Website, person: Person, method: str, path: str, sent: object = None
) -> tuple[int, Any]:
    headers = await badge(site.house.database, person)
    answer = await site.client.request(method, path, headers=headers, json=sent)
    return answer.status, await answer.json()


async def test_a_lesson_is_planned_changed_entered_and_its_roll_is_filled_in(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        schools = await pair(site.house.database)
        teacher = schools.town.teacher
        status, made = await ask(site, teacher, "POST", "/api/lessons", body(schools))
        assert status == 201
        path = f"/api/lessons/{made['id']}"
        again = body(schools, title="小小的船")
        assert (await ask(site, teacher, "PUT", path, again))[0] == 200
        assert (await ask(site, teacher, "GET", path))[1]["title"] == "小小的船"
        _, page = await ask(site, teacher, "GET", "/api/home")
        assert page["now"]["id"] == made["id"]
        assert [room["here"] for room in page["now"]["rooms"]] == [False, False]

        _, opened = await ask(site, schools.village.teacher, "POST", f"{path}/enter", {})
        assert opened["open"].startswith("/lesson#")
        _, roll = await ask(site, teacher, "POST", f"{path}/enter", {"page": "roll"})
        token = roll["open"].partition("#")[2]
        visit = await site.house.hall.visit(token)
        assert (visit.claims.role, visit.rights.leads) == (Role.TEACHER, True)
        far = visit.stored.lesson.rooms[1]
        await site.house.join(visit.stored.lesson, Role.ROOM, far.participant)
        filled = await (await site.client.get("/api/roll", headers=bearer(token))).json()
        assert (filled["expected"], filled["state"]) == (24, "open")
        _, page = await ask(site, teacher, "GET", "/api/home")
        assert [room["here"] for room in page["now"]["rooms"]] == [False, True]
        status, late = await ask(site, teacher, "PUT", path, again)
        assert (status, late["refusal"]) == (409, "lesson_begun")


async def test_a_lesson_is_called_off_with_a_reason(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        schools = await pair(site.house.database)
        teacher = schools.town.teacher
        _, made = await ask(site, teacher, "POST", "/api/lessons", body(schools))
        path = f"/api/lessons/{made['id']}"
        status, refused = await ask(site, teacher, "POST", f"{path}/call-off", {"why": ""})
        assert (status, refused["refusal"]) == (409, "reason_missing")
        assert (await ask(site, teacher, "POST", f"{path}/call-off", {"why": "停电"}))[0] == 200
        status, refused = await ask(site, teacher, "POST", f"{path}/enter", {})
        assert (status, refused["data"]) == (409, {"why": "停电"})
        _, week = await ask(site, teacher, "GET", "/api/week")
        assert [one["state"] for one in week["lessons"]] == ["called_off"]


async def test_a_week_and_its_choices_are_of_the_day_that_is_asked_for(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        schools = await pair(site.house.database)
        teacher = schools.town.teacher
        _, week = await ask(site, teacher, "GET", "/api/week?day=2026-11-29&of=school")
        assert week["monday"] == "2026-11-23"
        _, choices = await ask(site, teacher, "GET", "/api/plan?day=2026-11-29")
        assert len(choices["schools"]) == 2
        _, later = await ask(site, teacher, "GET", "/api/plan?day=2030-01-01")
        assert len(later["schools"]) == 1
        assert (await ask(site, teacher, "GET", "/api/week?day=tomorrow"))[0] == 400
        assert (await ask(site, teacher, "GET", "/api/week?page=-1"))[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("GET", "/api/home", None),
        ("GET", "/api/week", None),
        ("GET", "/api/plan", None),
        ("POST", "/api/lessons", {}),
        ("GET", f"/api/lessons/{NEVER}", None),
        ("PUT", f"/api/lessons/{NEVER}", {}),
        ("POST", f"/api/lessons/{NEVER}/call-off", {"why": "停电"}),
        ("POST", f"/api/lessons/{NEVER}/enter", {}),
    ],
)
async def test_nobody_comes_in_who_is_not_signed_in(
    tmp_path: Path, client_folder: Path, method: str, path: str, sent: object
) -> None:
    async with website(tmp_path, client_folder) as site:
        answer = await site.client.request(method, path, json=sent)
        assert (await answer.json())["refusal"] == "sign_in_needed"
        schools = await pair(site.house.database)
        headers = await badge(site.house.database, schools.elsewhere.teacher)
        headers.pop("X-Tongke-Page")
        if method != "GET":
            answer = await site.client.request(method, path, json=sent, headers=headers)
            assert (await answer.json())["refusal"] == "page_old"


@pytest.mark.parametrize(
    "wrong",
    [
        {"form": "party"},
        {"subject": "magic"},
        {"rooms": []},
        {"starts": "2026-11-25T09:10:00"},
        {"more": 1},
        {"rooms": [{"classroom": "c", "learners": [{"number": "12"}]}]},
    ],
)
async def test_what_is_no_plan_is_malformed(
    tmp_path: Path, client_folder: Path, wrong: dict[str, object]
) -> None:
    async with website(tmp_path, client_folder) as site:
        schools = await pair(site.house.database)
        sent = body(schools, **wrong)
        assert (await ask(site, schools.town.teacher, "POST", "/api/lessons", sent))[0] == 400
