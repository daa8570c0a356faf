import asyncio
from pathlib import Path

import pytest

from recorder.manifest import load
from server.access.ids import uuid7
from server.actions import class_groups, consents
from server.actions.acting import OPERATOR, entry
from server.jobs.delete_tracks import AGAIN, LEAVING, delete_tracks
from server.programme.class_group import ClassGroup, Keeping
from server.programme.class_names import class_name
from server.programme.lesson import Lesson
from server.programme.place import Learners, Place
from server.programme.rights import Acting, Action, Capacity
from server.store.certificates import Certificates
from server.store.class_groups import ClassGroups
from server.store.folder import lesson_folder
from server.store.jobs import Jobs
from server.store.lessons import Lessons
from signaling.messages import EndLesson, StartLesson
from tests.support.aged import killed
from tests.support.halls import House, house
from tests.support.scheduled import lesson as scheduled
from tests.support.staff import NOW, hired, school
from tests.support.websites import recorded

PDF = b"%PDF-1.7"


class Taught:
    """A lesson of two schools; the far class has agreed."""

    def __init__(self, here: House) -> None:
        self.here = here
        self.lesson: Lesson
        self.far: Acting
        self.group = ""

    async def plan(self) -> None:
        places = [await self.place("尼山小学", "330802"), await self.place("齐溪小学", "330824")]
        self.lesson = scheduled("m", *places)
        await Lessons(self.here.database).add(self.lesson, NOW)

    async def place(self, name: str, region: str) -> Place:
        database = self.here.database
        at = await school(database, name, region)
        teacher = await hired(database, Capacity.TEACHER, at)
        group = ClassGroup(
            id=uuid7(),
            organisation=at,
            name=class_name("301"),
            keeping=Keeping.NUMBERS,
            expected=24,
        )
        line = entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW)
        await ClassGroups(database).add(group, line)
        self.group = group.id
        self.far = Acting(
            id="a", capacity=Capacity.SCHOOL_ADMIN, organisation=at.id, looks_after=None
        )
        learners = Learners(name="三(1)班", class_group=group.id, grade=3)
        return Place(
            classroom=uuid7(), organisation=at.id, teachers=(teacher.id,), learners=(learners,)
        )

    async def agree(self) -> str:
        database, data = self.here.database, self.here.data
        name = await consents.attach(database, self.far, self.group, PDF, data)
        typed = consents.TypedConsent(
            signed_on=NOW.date(),
            exceptions=0,
            excepted=frozenset(),
            form=name,
            why="",
            after=None,
        )
        said = await consents.declare(database, self.far, self.group, typed, data, NOW)
        return said["declared"][-1]["id"]


async def withdrawn(here: House) -> tuple[Taught, str]:
    """A lesson that is over and recorded, whose far class has taken its consent back; its room."""
    taught = Taught(here)
    await taught.plan()
    known = await taught.agree()
    teacher = await here.teacher(taught.lesson)
    await teacher.ask(lambda n: StartLesson(id=n))
    host, far = (room.participant for room in taught.lesson.rooms)
    for owner in (host, far):
        await recorded(here.data, taught.lesson.id, owner)
    await teacher.ask(lambda n: EndLesson(id=n))
    await teacher.ears.until(lambda: teacher.ears.closed)
    await consents.withdraw(here.database, taught.far, taught.group, "家长撤回", known, NOW)
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
        assert (await Jobs(database).states(lesson.id)).get("delete_tracks") is None

        await consents.withdraw(database, taught.far, taught.group, "家长撤回", known, NOW)
        assert (await Jobs(database).states(lesson.id))["delete_tracks"] == "waiting"
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
        assert await Jobs(here.database).states(taught.lesson.id) == {}
