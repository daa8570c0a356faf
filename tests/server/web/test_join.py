from pathlib import Path

import pytest

from signaling.events import Role
from tests.support.websites import Website, bearer, built_client, website

TEACHERS = {"host": "id0", "far": "id1"}
OTHERS = [(Role.ROOM, "id0"), (Role.ROOM, "id1"), (Role.PUPIL, None), (Role.VIEWER, None)]


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def invited(site: Website, headers: dict[str, str]) -> dict[str, str]:
    """What a teacher is shown."""
    answer = await site.client.put("/api/invitation", headers=headers)
    assert answer.status == 200
    found: dict[str, str] = await answer.json()
    return found


@pytest.mark.parametrize("place", TEACHERS.values(), ids=TEACHERS)
async def test_a_teachers_code_opens_the_lesson_for_a_pupil(
    tmp_path: Path, client_folder: Path, place: str
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        shown = await invited(site, bearer(site.house.token(lesson, Role.TEACHER, place)))
        assert shown["link"].endswith(f"/join#{shown['code']}")
        answer = await site.client.post("/api/join", json={"code": shown["code"]})
        token = (await answer.json())["token"]
        about = await (await site.client.get("/api/lesson", headers=bearer(token))).json()
        assert (about["lesson"], about["role"], about["names_needed"]) == (lesson.id, "pupil", True)


async def test_a_link_for_phones_does_not_name_a_machine_by_a_name_of_its_own(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        headers = bearer(site.house.token(lesson, Role.TEACHER, "id0"))
        for came, base in {
            "localhost:8443": "https://192.0.2.1:8443",
            "127.0.0.1:8443": "https://192.0.2.1:8443",
            "[::1]:8443": "https://192.0.2.1:8443",
            "10.0.0.8:8443": "http://10.0.0.8:8443",
            "ke.example.cn": "http://ke.example.cn",
        }.items():
            shown = await invited(site, headers | {"Host": came})
            assert shown["link"] == f"{base}/join#{shown['code']}", came


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(("role", "place"), [*OTHERS, (Role.INSPECTOR, None)])
async def test_nobody_else_sees_or_changes_the_code(
    tmp_path: Path, client_folder: Path, role: Role, place: str | None, method: str
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        before = await invited(site, bearer(site.house.token(lesson, Role.TEACHER, "id0")))
        headers = bearer(site.house.token(lesson, role, place))
        assert (await site.client.request(method, "/api/invitation", headers=headers)).status == 403
        assert (await site.client.request(method, "/api/invitation")).status == 401
        after = await invited(site, bearer(site.house.token(lesson, Role.TEACHER, "id0")))
        assert after["code"] == before["code"]


async def test_another_code_takes_the_place_of_the_first(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        headers = bearer(site.house.token(lesson, Role.TEACHER, "id0"))
        before = await invited(site, headers)
        after = await (await site.client.post("/api/invitation", headers=headers)).json()
        assert after["code"] != before["code"]
        answer = await site.client.post("/api/join", json={"code": before["code"]})
        assert answer.status == 409
        assert (await answer.json())["refusal"] == "join_code_unknown"


@pytest.mark.parametrize("body", [{}, {"code": 5}, {"code": "x" * 101}, {"code": "a", "b": "c"}])
async def test_what_is_no_question_is_refused(
    tmp_path: Path, client_folder: Path, body: dict[str, object]
) -> None:
    async with website(tmp_path, client_folder) as site:
        answer = await site.client.post("/api/join", json=body)
        assert answer.status == 400
