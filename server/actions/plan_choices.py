"""What a plan may be made of, as pages are given it."""

from datetime import datetime
from typing import TypedDict

from server.actions.timetable import choices_of
from server.programme.choices import SchoolChoice
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Reach, reach
from server.programme.schedule import TAUGHT
from server.store.database import Database


class NamedWords(TypedDict):
    """A classroom or a teacher."""

    id: str
    name: str


class ClassGroupWords(TypedDict):
    """A class."""

    id: str
    name: str
    grade: int
    expected: int


class SchoolWords(TypedDict):
    """A school with what of it can take part."""

    id: str
    name: str
    classrooms: list[NamedWords]
    class_groups: list[ClassGroupWords]
    teachers: list[NamedWords]


class ChoicesWords(TypedDict):
    """Everything that a form offers; the planner's own school comes first."""

    me: str
    forms: list[str]
    schools: list[SchoolWords]


async def offered(database: Database, acting: Acting, day: datetime) -> ChoicesWords:
    """What somebody may plan with on a day.

    Raises:
        RefusedError: they plan no lessons.
    """
    if reach(acting.capacity, Action.PLAN_LESSON) is Reach.NONE:
        raise RefusedError(Refusal.NOT_YOURS)
    choices = await choices_of(database, acting, day)
    return ChoicesWords(
        me=acting.id,
        forms=sorted(TAUGHT, reverse=True),
        schools=list(map(_school, choices.schools)),
    )


def _school(one: SchoolChoice) -> SchoolWords:
    return SchoolWords(
        id=one.organisation.id,
        name=one.organisation.name,
        classrooms=[NamedWords(id=room.id, name=room.name) for room in one.classrooms],
        class_groups=[
            ClassGroupWords(
                id=group.id, name=str(group.name), grade=group.name.grade, expected=group.expected
            )
            for group in one.class_groups
        ],
        teachers=[NamedWords(id=person.id, name=person.name) for person in one.teachers],
    )
