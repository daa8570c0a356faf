"""A school's classrooms: make one, rename one, list them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from server.access.ids import uuid7
from server.actions.acting import check, concern, entry
from server.actions.organisations import found as organisation_found
from server.programme.classroom import Classroom
from server.programme.organisation import named
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action
from server.store.classrooms import Classrooms
from server.store.database import Database


@dataclass(frozen=True, kw_only=True)
class NewClassroom:
    """What somebody typed."""

    organisation: str
    """The id of its school."""
    name: str
    """What people there call it."""


class ClassroomWords(TypedDict):
    """A classroom as pages are given it."""

    id: str
    name: str
    organisation: str
    organisation_name: str


async def add(
    database: Database, acting: Acting, new: NewClassroom, now: datetime
) -> ClassroomWords:
    """Make a classroom.

    Raises:
        RefusedError: it has no name, is there already, there is no such school, or this is not
            allowed.
    """
    organisation = await organisation_found(database, new.organisation)
    made = Classroom(id=uuid7(), organisation=organisation, name=named(new.name))
    return await _put(database, acting, made, now)


async def rename(
    database: Database, acting: Acting, classroom: str, name: str, now: datetime
) -> ClassroomWords:
    """Call a classroom something else; it stays the same one.

    Raises:
        RefusedError: as `add`, or there is no such classroom.
    """
    before = await found(database, classroom)
    return await _put(database, acting, replace(before, name=named(name)), now)


async def found(database: Database, classroom: str) -> Classroom:
    """One by its id.

    Raises:
        RefusedError: there is none.
    """
    one = await Classrooms(database).find(classroom)
    if one is None:
        raise RefusedError(Refusal.CLASSROOM_UNKNOWN)
    return one


async def listed(database: Database, acting: Acting) -> list[ClassroomWords]:
    """The classrooms that somebody may see, by region, school and name."""
    return [_words(one) for one in await Classrooms(database).seen_by(acting)]


async def _put(
    database: Database, acting: Acting, classroom: Classroom, now: datetime
) -> ClassroomWords:
    action = Action.CHANGE_ROOM
    check(acting, action, concern(classroom.organisation))
    await Classrooms(database).put(classroom, entry(acting, action, now))
    return _words(classroom)


def _words(classroom: Classroom) -> ClassroomWords:
    return ClassroomWords(
        id=classroom.id,
        name=classroom.name,
        organisation=classroom.organisation.id,
        organisation_name=classroom.organisation.name,
    )
