import asyncio
import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import pytest

from recorder import compose, manifest, phone
from recorder.files import Disk
from recorder.space import Limits
from server.actions.links import LessonLinks, RoomLinks
from server.jobs.compose_lesson import (
    AT_ONCE,
    LOOK_AGAIN,
    NO_ROOM,
    PIECES_SHARE,
    Told,
    compose_lesson,
    look,
)
from server.live.runner import JobRunner
from server.programme.retention import Terms
from server.store.database import open_database
from server.store.folder import JOURNAL, lesson_folder
from server.store.jobs import Job, Jobs
from server.store.lessons import Lessons
from signaling.events import Codec, Kind
from tests.support.stored import NOW, planned
from tests.support.taped import STARTED, Shot, Take, write
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PATIENCE_S = 90
"""The job runner has the lowest priority: beside other tests it comes to work late."""
LESSON = planned()
ENDED = STARTED + 70
SHOTS = (
    Shot(0, "camera", Kind.CAMERA, 1, (Take(Codec.H264, STARTED, ENDED),)),
    Shot(0, "microphone", Kind.MICROPHONE, 0, (Take(Codec.OPUS, STARTED, ENDED),)),
)


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a lesson of 70 s, three pieces."""
    data = tmp_path_factory.mktemp("tape")
    rooms: list[RoomLinks] = [
        {"participant": one.participant, "name": one.name, "host": one.host, "links": {}}
        for one in LESSON.rooms
    ]
    links: LessonLinks = {
        "lesson": LESSON.id,
        "title": LESSON.title,
        "minutes": 40,
        "rooms": rooms,
        "links": {},
        "bases": [],
    }
    write(data, links, SHOTS, ENDED)
    return data


@pytest.fixture
def folder(tape: Path, tmp_path: Path) -> Path:
    """The lesson's folder in a data folder of the test's own."""
    shutil.copytree(tape, tmp_path, dirs_exist_ok=True)
    return lesson_folder(tmp_path, LESSON.id)


@pytest.fixture(scope="module")
def joined(tape: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[float, ...]]:
    """The data folder of that lesson whose film was joined just now, and what its job told."""
    data = tmp_path_factory.mktemp("joined")
    shutil.copytree(tape, data, dirs_exist_ok=True)

    async def join() -> tuple[float, ...]:
        with noted() as (heard, told):
            while not (await made(lesson_folder(data, LESSON.id))).whole:
                assert await compose_lesson(data, LESSON.id, {}, told) == AT_ONCE
        return tuple(heard)

    return data, asyncio.run(join())


@pytest.fixture
def film(joined: tuple[Path, tuple[float, ...]], tmp_path: Path) -> Path:
    """That lesson's folder in a data folder of the test's own."""
    shutil.copytree(joined[0], tmp_path, dirs_exist_ok=True)
    return lesson_folder(tmp_path, LESSON.id)


def goes_on(folder: Path) -> bytes:
    """Take the lesson's end away, so that it is at its 92nd second; the journal as it was."""
    text = (folder / JOURNAL).read_bytes()
    (folder / JOURNAL).write_bytes(b"".join(text.splitlines(keepends=True)[:-1]))
    known = manifest.load(folder)
    manifest.write(Disk(), folder, replace(known, duration=STARTED + 92))
    return text


def mute(folder: Path) -> None:
    """Let the sound be gone."""
    known = manifest.load(folder)
    kept = tuple(track for track in known.tracks if not track.kind.is_sound)
    manifest.write(Disk(), folder, replace(known, tracks=kept))


async def made(folder: Path) -> compose.Made:
    """What there is."""
    return await asyncio.to_thread(compose.made, folder)


def pictures(folder: Path) -> int:
    """How many the phone version has."""
    with av.open(str(folder / compose.WHOLE)) as file:
        return sum(1 for _ in file.decode(video=0))


async def worked(data: Path, told: Told) -> timedelta | None:
    """Do what there is to do just now; after how long there is more."""
    while (again := await compose_lesson(data, LESSON.id, {}, told)) == AT_ONCE:
        continue
    return again


@contextmanager
def noted() -> Iterator[tuple[list[float], Told]]:
    """What a job tells."""
    heard: list[float] = []

    async def told(progress: float) -> bool:
        heard.append(progress)
        return True

    yield heard, told


async def test_it_is_made_to_the_end_and_tells_how_far_it_is(
    tmp_path: Path, joined: tuple[Path, tuple[float, ...]], film: Path
) -> None:
    with noted() as (more, told):
        assert await worked(tmp_path, told) is None
    heard = [*joined[1], *more]
    assert heard == sorted(heard)
    assert len(heard) == 3
    assert heard[-1] == pytest.approx(PIECES_SHARE)
    assert (await made(film)).whole
    again = await asyncio.to_thread(look, film, {})
    assert again is not None
    assert again.ready == ()


async def test_while_the_lesson_runs_only_its_tail_is_left(tmp_path: Path, folder: Path) -> None:
    whole = await asyncio.to_thread(goes_on, folder)
    with noted() as (_, told):
        assert await worked(tmp_path, told) == LOOK_AGAIN
    assert (await made(folder)).pieces == {0}
    await asyncio.to_thread((folder / JOURNAL).write_bytes, whole)
    left = await asyncio.to_thread(look, folder, {})
    assert left is not None
    assert [piece.number for piece in left.ready] == [1, 2]


async def test_an_old_lesson_lets_others_pass_between_its_pieces(
    tmp_path: Path, folder: Path
) -> None:
    with noted() as (heard, told):
        assert await compose_lesson(tmp_path, LESSON.id, {}, told) == AT_ONCE
    assert len(heard) == 1
    assert (await made(folder)).pieces == {0}


async def test_before_the_first_bell_there_is_nothing_to_do(tmp_path: Path) -> None:
    with noted() as (heard, told):
        assert await compose_lesson(tmp_path, LESSON.id, {}, told) == LOOK_AGAIN
    assert not heard


async def test_a_deleted_lessons_version_is_given_up(tmp_path: Path, folder: Path) -> None:

    async def told(_: float) -> bool:
        return False

    assert await compose_lesson(tmp_path, LESSON.id, {}, told) is None
    found = await made(folder)
    assert not found.whole
    assert not found.pieces


async def test_what_is_no_longer_covered_is_made_again_without(tmp_path: Path, film: Path) -> None:
    with noted() as (_, told):
        await worked(tmp_path, told)
    await asyncio.to_thread(mute, film)
    work = await asyncio.to_thread(look, film, {})
    assert work is not None
    assert len(work.ready) == 3
    assert not (await made(film)).whole


@pytest.mark.usefixtures("folder")
async def test_on_a_full_disk_it_waits(tmp_path: Path) -> None:
    full = Limits(no_new_share=1.0)
    with noted() as (heard, told):
        assert await compose_lesson(tmp_path, LESSON.id, {}, told, full) == NO_ROOM
    assert not heard


async def test_a_film_that_waits_for_the_disk_is_not_made_empty_when_its_media_go(
    tmp_path: Path,
    folder: Path,
) -> None:
    with noted() as (heard, told):
        assert await compose_lesson(tmp_path, LESSON.id, {}, told) == AT_ONCE
        full = Limits(no_new_share=1.0)
        assert await compose_lesson(tmp_path, LESSON.id, {}, told, full) == NO_ROOM
        known = await asyncio.to_thread(manifest.load, folder)
        await asyncio.to_thread(manifest.write, Disk(), folder, replace(known, tracks=()))
        assert await worked(tmp_path, told) is None
    assert len(heard) == 1
    assert await made(folder) == compose.Made(False, frozenset(), frozenset())


async def test_a_film_joined_while_its_media_go_is_taken_away(tmp_path: Path, film: Path) -> None:
    known = await asyncio.to_thread(manifest.load, film)
    await asyncio.to_thread(manifest.write, Disk(), film, replace(known, tracks=()))
    with noted() as (_, told):
        assert await compose_lesson(tmp_path, LESSON.id, {}, told) is None
    assert not (await made(film)).whole


def there(path: Path) -> Callable[[], Awaitable[object]]:
    return lambda: asyncio.to_thread(path.exists)


async def test_a_killed_runners_pieces_stay_and_the_rest_is_made(
    tmp_path: Path, folder: Path
) -> None:
    first = folder / compose.PIECES / "0000.mp4"
    async with open_database(tmp_path) as database:
        await Lessons(database).add(LESSON, NOW)
        await Jobs(database).enqueue(Job(id="j", kind="compose_lesson", lesson=LESSON.id), NOW)
        runner = JobRunner(tmp_path, Terms())
        running = asyncio.create_task(runner.child.run())
        await runner.child.until_ready()
        await until(there(first), PATIENCE_S, 0.02)
        assert runner.child.pid is not None
        os.kill(runner.child.pid, signal.SIGKILL)
        before = (await asyncio.to_thread(first.stat)).st_ino
        await until(there(first.with_name("0001.mp4")), PATIENCE_S, 0.02)
        assert (await asyncio.to_thread(first.stat)).st_ino == before
        await until(there(folder / compose.WHOLE), PATIENCE_S)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await asyncio.to_thread(pictures, folder) == (ENDED - STARTED) * phone.RATE
