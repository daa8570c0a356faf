"""A lesson of two schools that was held, and people of every kind who would watch it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.sql import Executable

from server.programme.lesson import Lesson
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.people import Appointment, Person
from server.programme.rights import Acting, Capacity
from server.store.consent_tables import CertificateRow
from server.store.database import Database
from server.store.lessons import Lessons
from server.store.retention import RECORDS
from tests.support import scheduled
from tests.support.scheduled import BELL, FAR, HOST
from tests.support.staff import hired, school


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """The lesson and whom it concerns."""

    lesson: Lesson
    town: Organisation
    village: Organisation
    teacher: Person
    """Teaches it from the town."""

    async def acting(
        self, database: Database, capacity: Capacity, at: Organisation
    ) -> tuple[Person, Acting]:
        """Somebody new."""
        person = await hired(database, capacity, at)
        return person, Appointment(person=person.id, capacity=capacity, organisation=at).acting


async def office(database: Database, name: str, region: str) -> Organisation:
    """A research office."""
    return await school(database, name, region, OrganisationKind.RESEARCH_OFFICE)


async def reviewed(database: Database) -> Reviewed:
    """Keep them all."""
    town = await school(database, "尼山小学", "330802")
    village = await school(database, "齐溪小学", "330824")
    teacher = await hired(database, Capacity.TEACHER, town, "张老师")
    far = await hired(database, Capacity.TEACHER, village, "李老师")
    host_place = replace(HOST, organisation=town.id, teachers=(teacher.id,), learners=())
    far_place = replace(FAR, organisation=village.id, teachers=(far.id,), learners=(), pairing=None)
    lesson = scheduled.lesson("r", host_place, far_place)
    lessons = Lessons(database)
    await lessons.add(lesson, BELL)
    await lessons.mark_opened(lesson.id, BELL)
    await lessons.mark_ended(lesson.id, BELL + timedelta(minutes=40))
    return Reviewed(lesson=lesson, town=town, village=village, teacher=teacher)


def records_deleted(lesson: str) -> Executable:
    """The records of a lesson are deleted for good."""
    return insert(CertificateRow).values(
        id="gone",
        at=BELL,
        lesson=lesson,
        reason=RECORDS,
        files=0,
        octets=0,
        digest="",
        learners="",
    )
