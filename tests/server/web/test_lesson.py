from pathlib import Path

import pytest

from server.access.tokens import Claims
from server.web.remedy import Remedy
from signaling.errors import Code
from signaling.events import Role
from signaling.ids import LessonId
from signaling.messages import StartLesson
from tests.support.caller import called
from tests.support.websites import bearer, built_client, website


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_a_room_learns_what_it_is_about_to_enter(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        headers = bearer(site.house.token(lesson, Role.ROOM, "id1"))
        about = await (await site.client.get("/api/lesson", headers=headers)).json()
        assert about == {
            "lesson": lesson.id,
            "title": "数学",
            "phase": "lobby",
            "role": "room",
            "place_name": "乙",
            "names_needed": False,
            "recording": False,
            "beside": False,
            "setup": None,
        }
        teacher = await site.house.teacher(lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        about = await (await site.client.get("/api/lesson", headers=headers)).json()
        assert about["phase"] == "live"


async def test_a_page_learns_where_it_gets_a_camera(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder, Remedy(setup_port=8081)) as site:
        lesson = await site.house.plan()
        headers = bearer(site.house.token(lesson, Role.ROOM, "id1")) | {"Host": "192.0.2.7:8080"}
        about = await (await site.client.get("/api/lesson", headers=headers)).json()
        assert about["setup"] == "http://192.0.2.7:8081/setup"


@pytest.mark.parametrize(
    ("role", "needed"), [(Role.PUPIL, True), (Role.VIEWER, True), (Role.INSPECTOR, False)]
)
async def test_only_people_without_a_room_say_their_names(
    tmp_path: Path, client_folder: Path, role: Role, needed: bool
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        headers = bearer(site.house.token(lesson, role))
        about = await (await site.client.get("/api/lesson", headers=headers)).json()
        assert about["names_needed"] is needed
        assert about["place_name"] is None


async def test_old_and_orphaned_links_say_so(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        key = site.house.key
        old = key.sign(Claims(lesson=LessonId("x"), role=Role.VIEWER, exp=1))
        orphan = key.sign(Claims(lesson=LessonId("x"), role=Role.VIEWER, exp=4_000_000_000))
        answers = [await site.client.get("/api/lesson", headers=bearer(t)) for t in (old, orphan)]
        assert [a.status for a in answers] == [401, 404]
        codes = [(await a.json())["code"] for a in answers]
        assert codes == [Code.LINK_EXPIRED, Code.LESSON_UNKNOWN]


async def test_a_device_joins_by_the_websocket(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        base = str(site.client.make_url("")).rstrip("/")
        async with called(base, site.house.token(lesson, Role.TEACHER, "id0")) as teacher:
            assert teacher.welcome.leads
