import asyncio
import io
from functools import partial
from pathlib import Path

import av
import numpy as np
import pytest

from recorder.compose import SOURCES, USED, WHOLE
from recorder.phone import RATE, SIZE
from server.access.tokens import Claims
from server.jobs.runner import Runner
from server.programme.retention import Terms
from server.store.folder import lesson_folder
from server.store.jobs import Jobs
from signaling.errors import Code
from signaling.events import Codec, Kind, Role
from signaling.ids import LessonId, SourceId
from signaling.messages import EndLesson, StartLesson
from tests.support.queued import states
from tests.support.stored import NOW
from tests.support.stripes import read
from tests.support.taped import Shot, Take, record
from tests.support.waiting import until
from tests.support.walked import world
from tests.support.websites import Website, bearer, built_client, recorded, website

FILM = bytes(range(100))


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def ended(site: Website) -> bool:
    """Whether no lesson runs, and what follows its end is asked for."""
    return site.house.hall.running == 0


async def held(site: Website) -> tuple[Path, dict[str, str]]:
    """A recorded lesson; its folder, and the header of a viewer's link."""
    lesson = await site.house.plan()
    teacher = await site.house.teacher(lesson)
    await teacher.ask(lambda n: StartLesson(id=n))
    await recorded(site.house.data, lesson.id)
    await teacher.ask(lambda n: EndLesson(id=n))
    await teacher.ears.until(lambda: teacher.ears.closed)
    await until(partial(ended, site), 5)
    folder = lesson_folder(site.house.data, lesson.id)
    return folder, bearer(site.house.token(lesson, Role.VIEWER))


def put(folder: Path, source: str) -> None:
    """Let there be a film with somebody in it."""
    (folder / WHOLE).write_bytes(FILM)
    (folder / USED).write_bytes(SOURCES.dump_json(frozenset({SourceId(source)})))


async def test_until_it_is_there_it_says_how_far_it_is(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        folder, headers = await held(site)
        jobs = Jobs(site.house.database)
        job = await jobs.claim(NOW.replace(year=2100), only={"compose_lesson"})
        assert job is not None
        await jobs.advance(job, 0.42, NOW)
        answer = await site.client.get("/api/replay/phone", headers=headers)
        assert await answer.json() == {"state": "preparing", "percent": 42, "ticket": None}
        for _ in range(5):
            await jobs.fail(job, "why")
            await jobs.claim(NOW.replace(year=2100), only={"compose_lesson"})
        answer = await site.client.get("/api/replay/phone", headers=headers)
        assert (await answer.json())["state"] == "failed"
        await asyncio.to_thread(put, folder, "id0/camera")
        answer = await site.client.get("/api/replay/phone", headers=headers)
        assert (await answer.json())["state"] == "ready"


@pytest.mark.slow
async def test_from_the_bell_to_a_film_that_plays_takes_less_than_a_minute(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        folder = lesson_folder(site.house.data, lesson.id)
        teacher = await site.house.teacher(lesson)
        source = SourceId(f"{lesson.rooms[0].participant}/camera")
        shot = Shot(0, "camera", Kind.CAMERA, 1, (Take(Codec.H264, 0.0, 10.0),))
        await asyncio.to_thread(record, folder, source, shot)
        await teacher.ask(lambda n: StartLesson(id=n))
        await asyncio.sleep(1)
        await teacher.ask(lambda n: EndLesson(id=n))
        await teacher.ears.until(lambda: teacher.ears.closed)
        runner = asyncio.create_task(Runner(site.house.data, site.house.database, Terms()).run())
        headers = bearer(site.house.token(lesson, Role.VIEWER))

        async def standing() -> dict[str, str]:
            answer = await site.client.get("/api/replay/phone", headers=headers)
            found: dict[str, str] = await answer.json()
            return found

        async def ready() -> bool:
            return (await standing())["state"] == "ready"

        await until(ready, 60)
        runner.cancel()
        await asyncio.gather(runner, return_exceptions=True)
        film = f"/api/replay/phone.mp4?ticket={(await standing())['ticket']}"
        body = await (await site.client.get(film)).read()
    with av.open(io.BytesIO(body), "r") as file:
        assert [one.codec_context.name for one in file.streams] == ["h264", "aac"]
        shown = [read(one.to_ndarray()[: SIZE[1]].astype(np.uint8)) for one in file.decode(video=0)]
    assert len(shown) >= RATE
    assert {one.source for one in shown if one is not None} == {1}


async def test_a_range_of_it_is_given_for_its_ticket(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        folder, headers = await held(site)
        await asyncio.to_thread(put, folder, "id0/camera")
        standing = await (await site.client.get("/api/replay/phone", headers=headers)).json()
        film = f"/api/replay/phone.mp4?ticket={standing['ticket']}"
        part = await site.client.get(film, headers={"Range": "bytes=10-19"})
        assert (part.status, await part.read()) == (206, FILM[10:20])
        assert part.headers["Content-Type"] == "video/mp4"
        without = await site.client.get("/api/replay/phone.mp4")
        assert (without.status, (await without.json())["code"]) == (401, Code.LINK_INVALID)


async def test_whom_consent_does_not_cover_is_not_shown_and_it_is_made_again(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        folder, headers = await held(site)
        await asyncio.to_thread(put, folder, "id0/camera")
        standing = await (await site.client.get("/api/replay/phone", headers=headers)).json()
        jobs = Jobs(site.house.database)
        job = await jobs.claim(NOW.replace(year=2100), only={"compose_lesson"})
        assert job is not None
        await jobs.finish(job)
        await asyncio.to_thread(put, folder, "pupil/camera")
        film = await site.client.get(f"/api/replay/phone.mp4?ticket={standing['ticket']}")
        assert film.status == 404
        answer = await site.client.get("/api/replay/phone", headers=headers)
        assert (await answer.json())["state"] == "preparing"
        assert (await states(site.house.database, job.lesson))["compose_lesson"] == "waiting"


async def test_a_pupil_gets_none_of_it(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        folder, _ = await held(site)
        await asyncio.to_thread(put, folder, "id0/camera")
        token = site.house.key.sign(_pupil(folder.name))
        answer = await site.client.get("/api/replay/phone", headers=bearer(token))
        assert answer.status == 403
        film = await site.client.get(f"/api/replay/phone.mp4?ticket={token}")
        assert film.status == 403


def _pupil(lesson: str) -> Claims:
    return Claims(lesson=LessonId(lesson), role=Role.PUPIL, exp=4_000_000_000)


async def test_its_still_is_for_those_who_may_watch_while_consent_lasts(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        made = await world(site)
        held, folder = made.lessons["held"], lesson_folder(site.house.data, made.lessons["held"].id)
        address = f"/api/recordings/{held.id}/still.jpg"
        teacher = made.walker("teacher of the lesson").headers
        answer = await site.client.get(address, headers=teacher)
        assert (answer.status, await answer.read()) == (200, b"still")
        stranger = made.walker("teacher of a foreign school").headers
        assert (await site.client.get(address, headers=stranger)).status == 403
        assert (await site.client.get(address)).status == 401
        uncovered = SourceId(f"{held.rooms[1].participant}/class_camera")
        used = SOURCES.dump_json(frozenset({uncovered}))
        await asyncio.to_thread((folder / USED).write_bytes, used)
        assert (await site.client.get(address, headers=teacher)).status == 404
