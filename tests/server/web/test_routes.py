from pathlib import Path

import pytest

from server.web.remedy import Remedy
from signaling.errors import Code
from signaling.events import Role
from signaling.messages import EndLesson, StartLesson
from tests.support.websites import bearer, built_client, recorded, website

OPEN = [
    *("/", "/join", "/lesson", "/check", "/check-devices", "/replay", "/room", "/phone"),
    *("/assets/index-abc123.js", "/healthz"),
]
GUARDED = ["/api/lesson", "/api/replay", "/api/replay/media/tracks/id0~camera/part-0001.mp4"]
HOLDERS: dict[str, tuple[Role, str | None]] = {
    "host teacher": (Role.TEACHER, "id0"),
    "far teacher": (Role.TEACHER, "id1"),
    "room": (Role.ROOM, "id1"),
    "pupil": (Role.PUPIL, None),
    "viewer": (Role.VIEWER, None),
    "inspector": (Role.INSPECTOR, None),
    "teacher of no room": (Role.TEACHER, None),
}
AFTER = {"host teacher", "far teacher", "room", "viewer"}
DURING = {"host teacher", "far teacher"}


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


@pytest.mark.parametrize("path", OPEN)
async def test_anybody_may_load_the_pages(tmp_path: Path, client_folder: Path, path: str) -> None:
    async with website(tmp_path, client_folder) as site:
        assert (await site.client.get(path)).status == 200


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("headers", [{}, bearer("nonsense"), {"Authorization": "Basic eA=="}])
async def test_nobody_without_a_link_learns_anything(
    tmp_path: Path, client_folder: Path, path: str, headers: dict[str, str]
) -> None:
    async with website(tmp_path, client_folder) as site:
        answer = await site.client.get(path, headers=headers)
        assert answer.status == 401
        assert (await answer.json())["code"] == Code.LINK_INVALID


@pytest.mark.parametrize("holder", HOLDERS)
async def test_what_each_holder_gets_while_and_after_the_lesson_runs(
    tmp_path: Path, client_folder: Path, holder: str
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        role, place = HOLDERS[holder]
        headers = bearer(site.house.token(lesson, role, place))
        teacher = await site.house.teacher(lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        await recorded(tmp_path, lesson.id)
        statuses = [(await site.client.get(path, headers=headers)).status for path in GUARDED]
        expected = 200 if holder in DURING else 403
        assert statuses == [200, expected, expected]
        await teacher.ask(lambda n: EndLesson(id=n))
        statuses = [(await site.client.get(path, headers=headers)).status for path in GUARDED]
        expected = 200 if holder in AFTER else 403
        assert statuses == [200, expected, expected]


@pytest.mark.parametrize("path", ["/nothing", "/assets/../secret.key", "/assets/x/y.js"])
async def test_what_is_not_there_is_not_found(
    tmp_path: Path, client_folder: Path, path: str
) -> None:
    async with website(tmp_path, client_folder) as site:
        assert (await site.client.get(path)).status == 404


SETUP = "http://192.0.2.7:8081"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (SETUP, SETUP),
        ("http://192.0.2.7:8082", None),
        ("http://192.0.2.8:8081", None),
        ("https://192.0.2.7:8081", None),
        ("null", None),
    ],
)
async def test_the_set_up_page_alone_may_ask_from_elsewhere(
    tmp_path: Path, client_folder: Path, origin: str, allowed: str | None
) -> None:
    async with website(tmp_path, client_folder, Remedy(setup_port=8081)) as site:
        headers = {"Host": "192.0.2.7:8080", "Origin": origin}
        answer = await site.client.get("/healthz", headers=headers)
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        answer = await site.client.get("/", headers=headers)
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_nothing_is_changed_over_http(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        for path in (*OPEN, *GUARDED):
            assert (await site.client.post(path)).status == 405
