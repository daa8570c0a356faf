import asyncio
from pathlib import Path

import pytest

from recorder.replay import REPLAY
from signaling.errors import Code
from signaling.events import LessonStarted, Role
from signaling.messages import EndLesson, StartLesson
from tests.support.websites import (
    MEDIA,
    TRACK,
    Website,
    bearer,
    built_client,
    recorded,
    website,
)

PART = f"/api/replay/media/{TRACK}/part-0001.mp4"


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def held(site: Website) -> dict[str, str]:
    """A lesson that was held and recorded; the header of the host's teacher."""
    lesson = await site.house.plan()
    teacher = await site.house.teacher(lesson)
    pupil = await site.house.join(lesson, Role.PUPIL, name="小明")
    await teacher.ask(lambda n: StartLesson(id=n))
    await recorded(site.house.data, lesson.id)
    await recorded(site.house.data, lesson.id, pupil.ears.welcome.participant)
    await teacher.ask(lambda n: EndLesson(id=n))
    return bearer(site.house.token(lesson, Role.TEACHER, "id0"))


async def test_a_replay_has_events_names_and_what_consent_covers(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        answer = await site.client.get("/api/replay", headers=await held(site))
        replay = REPLAY.validate_json(await answer.read())
    assert any(isinstance(told.event, LessonStarted) for told in replay.events)
    assert {person.name for person in replay.people} == {"甲", "乙", "小明"}
    assert [track.source for track in replay.tracks] == ["id0/camera"]


async def test_a_range_of_a_track_is_given(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        headers = await held(site)
        whole = await site.client.get(PART, headers=headers)
        assert (whole.status, await whole.read()) == (200, MEDIA)
        part = await site.client.get(PART, headers={**headers, "Range": "bytes=20-29"})
        assert (part.status, await part.read()) == (206, MEDIA[20:30])
        assert part.headers["Content-Range"] == "bytes 20-29/200"
        beyond = await site.client.get(PART, headers={**headers, "Range": "bytes=900-"})
        assert beyond.status == 416


@pytest.mark.parametrize(
    "path",
    [
        "journal.jsonl",
        "manifest.json",
        f"{TRACK}/index.jsonl",
        f"{TRACK}/../../journal.jsonl",
        "../../secret.key",
        "%2e%2e/%2e%2e/secret.key",
        "/etc/passwd",
    ],
)
async def test_no_other_file_is_given(tmp_path: Path, client_folder: Path, path: str) -> None:
    async with website(tmp_path, client_folder) as site:
        headers = await held(site)
        answer = await site.client.get(f"/api/replay/media/{path}", headers=headers)
        assert answer.status == 404


async def test_a_pupils_picture_is_not_given_even_if_it_is_on_disk(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        headers = await held(site)
        lesson = next((p for p in await listed(tmp_path / "lessons")), "")
        tracks = await listed(tmp_path / "lessons" / lesson / "tracks")
        other = next(name for name in tracks if not name.startswith("id0"))
        answer = await site.client.get(
            f"/api/replay/media/tracks/{other}/part-0001.mp4", headers=headers
        )
        assert answer.status == 404
        assert (await answer.json())["code"] == Code.NO_SUCH_SOURCE


async def listed(folder: Path) -> list[str]:
    return await asyncio.to_thread(lambda: [path.name for path in folder.iterdir()])
