"""Two paired schools with rooms, classes and teachers, and lessons planned between them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.actions.timetable import NewPlan
from server.programme.choices import WantedLearners, WantedPlace
from server.programme.class_group import ClassGroup, Keeping
from server.programme.class_names import ClassName
from server.programme.organisation import Organisation
from server.programme.pairing import Form
from server.programme.people import Person
from server.programme.rights import Acting, Action, Capacity
from server.programme.subject import Subject
from server.store.class_groups import ClassGroups
from server.store.database import Database, open_database
from server.store.school_tables import PairingRow
from server.store.tables import ClassroomRow
from tests.support.staff import hired, school

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
"""A Wednesday, nine in the morning in Shanghai."""
BELL = NOW + timedelta(minutes=10)


@dataclass
class Campus:
    """A school with one classroom, one class and one teacher."""

    school: Organisation
    classroom: str
    group: ClassGroup
    teacher: Person

    def acting(self, capacity: Capacity = Capacity.TEACHER, person: str | None = None) -> Acting:
        """Its teacher, or somebody else there."""
        return Acting(
            id=person or self.teacher.id,
            capacity=capacity,
            organisation=self.school.id,
            looks_after=None,
        )

    def place(self, *, teachers: bool = True, learners: bool = True) -> WantedPlace:
        """Its room as it is chosen for a plan."""
        group = WantedLearners(class_group=self.group.id, name="", part="", number=None)
        return WantedPlace(
            classroom=self.classroom,
            teachers=(self.teacher.id,) if teachers else (),
            assistants=(),
            learners=(group,) if learners else (),
        )


@dataclass
class Paired:
    """A town school and a village school that are paired, and one that is neither's pair."""

    database: Database
    town: Campus
    village: Campus
    elsewhere: Campus
    pairing: str

    def plan(
        self,
        *rooms: WantedPlace,
        later: timedelta = timedelta(),
        title: str = "茉莉花",
        mixed: str = "",
        starts: datetime = BELL,
    ) -> NewPlan:
        """A lesson of both, unless other rooms are given."""
        return NewPlan(
            form=Form.SYNC_CLASS,
            subject=Subject.MUSIC,
            title=title,
            starts=starts + later,
            ends=starts + later + timedelta(minutes=40),
            mixed_grades=mixed,
            rooms=rooms or (self.town.place(), self.village.place()),
        )


@asynccontextmanager
async def paired(data: Path) -> AsyncIterator[Paired]:
    """The schools in a database of their own."""
    async with open_database(data) as database:
        yield await pair(database)


async def pair(database: Database) -> Paired:
    """The schools in a database."""
    town = await campus(database, "开化县实验小学", "330824", "张老师", 2)
    village = await campus(database, "齐溪镇中心小学", "330824", "李老师", 1)
    elsewhere = await campus(database, "龙游实验小学", "330825", "王老师", 3)
    pairing = PairingRow(
        id=uuid7(),
        supporter=town.school.id,
        recipient=village.school.id,
        forms="net_training sync_class",
        begins=date(2026, 9, 1),
        ends=date(2029, 8, 31),
        waiver="",
    )
    async with database.transaction() as session:
        session.add(pairing)
    return Paired(database, town, village, elsewhere, pairing.id)


async def campus(
    database: Database, name: str, region: str, teacher: str, number: int, expected: int = 24
) -> Campus:
    """A school with one room, one class of the third grade, one teacher."""
    made = await school(database, name, region)
    room = ClassroomRow(id=uuid7(), organisation=made.id, name=f"{name[:2]}录播教室")
    async with database.transaction() as session:
        session.add(room)
    group = ClassGroup(
        id=uuid7(),
        organisation=made,
        name=ClassName(3, number),
        keeping=Keeping.NUMBERS,
        expected=expected,
    )
    line = entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW)
    await ClassGroups(database).add(group, line)
    person = await hired(database, Capacity.TEACHER, made, teacher)
    return Campus(made, room.id, group, person)
