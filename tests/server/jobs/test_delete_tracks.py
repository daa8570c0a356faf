import asyncio
from pathlib import Path

import pytest

from recorder.manifest import load
from server.actions import class_groups, consents
from server.jobs.delete_tracks import AGAIN, LEAVING, delete_tracks
from server.programme.class_group import Keeping
from server.store.certificates import Certificates
from server.store.folder import lesson_folder
from signaling.messages import EndLesson, StartLesson
from tests.support.aged import killed
from tests.support.agreed import Taught
from tests.support.halls import House, house
from tests.support.queued import states
from tests.support.staff import NOW
from tests.support.websites import recorded


async def withdrawn(here: House) -> tuple[Taught, str]:
    """A lesson that is over and recorded, whose far class has taken its consent back; its room."""
    taught = Taught(here)
    await taught.plan()
    known = await taught.agree()
    _, far = await taught.teach()
    await taught.withdraw(known)
    return taught, far


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "certified"),
    [
        ("job.Certificates.add", 0),
        ("job.shutil.rmtree", 1),
        ("job.sync_folder", 1),
        ("job.write", 1),
        ("job.Jobs.hurry", 1),
    ],
)
async def test_a_killed_job_leaves_one_certificate_and_the_next_deletes_the_rest(
    tmp_path: Path, place: str, certified: int
) -> None:
    async with house(tmp_path) as here:
        taught, far = await withdrawn(here)
        lesson, certificates = taught.lesson.id, Certificates(here.database)
        await asyncio.to_thread(killed, "delete_tracks", place, tmp_path, lesson)
        before = await certificates.of(lesson)
        assert len(before) == certified
        for _ in range(2):
            assert await delete_tracks(tmp_path, here.database, lesson) is None
        after = await certificates.of(lesson)
        assert (len(after), after[: len(before)]) == (1, before)
        folder = lesson_folder(tmp_path, lesson)
        assert not await asyncio.to_thread((folder / "tracks" / f"{far}~camera").exists)
        assert not await asyncio.to_thread((folder / LEAVING).exists)
        assert len((await asyncio.to_thread(load, folder)).tracks) == 1


async def test_a_withdrawal_deletes_the_class_and_not_the_lesson(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        taught = Taught(here)
        await taught.plan()
        known = await taught.agree()
        lesson, database = taught.lesson, here.database
        teacher = await here.teacher(lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        host, far = (room.participant for room in lesson.rooms)
        for owner in (host, far):
            await recorded(tmp_path, lesson.id, owner)
        assert await delete_tracks(tmp_path, database, lesson.id) == AGAIN
        await teacher.ask(lambda n: EndLesson(id=n))
        await teacher.ears.until(lambda: teacher.ears.closed)
        assert await delete_tracks(tmp_path, database, lesson.id) is None
        folder = lesson_folder(tmp_path, lesson.id)
        assert len((await asyncio.to_thread(load, folder)).tracks) == 2
        assert (await states(database, lesson.id)).get("delete_tracks") is None

        await consents.withdraw(database, taught.far, taught.group, "家长撤回", known, NOW)
        assert (await states(database, lesson.id))["delete_tracks"] == "waiting"
        for _ in range(2):
            assert await delete_tracks(tmp_path, database, lesson.id) is None
        (track,) = (await asyncio.to_thread(load, folder)).tracks
        assert track.participant == host
        assert not await asyncio.to_thread((folder / "tracks" / f"{far}~camera").exists)
        (certificate,) = await Certificates(database).of(lesson.id)
        assert (certificate.files, certificate.reason) == (2, "consent_withdrawn")
        assert certificate.octets > 200
        assert certificate.learners == "三(1)班"
        assert len(certificate.digest) == 64


async def test_a_class_that_was_never_in_the_lesson_changes_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        taught = Taught(here)
        await taught.plan()
        other = await class_groups.add(
            here.database,
            taught.far,
            taught.far.organisation,
            class_groups.TypedClassGroup(
                name="401", keeping=Keeping.NUMBERS, expected=9, class_teacher=None
            ),
            NOW,
        )
        taught.group = other["id"]
        known = await taught.agree()
        await consents.withdraw(here.database, taught.far, taught.group, "撤回", known, NOW)
        assert await states(here.database, taught.lesson.id) == {}
