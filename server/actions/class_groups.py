"""A school's class groups: make one, change one, close one, list them; never a pupil's name."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from server.access.ids import uuid7
from server.actions.acting import check, concern, entry
from server.actions.organisations import found as organisation_found
from server.programme.class_group import (
    ClassGroup,
    Closed,
    Closing,
    Keeping,
    check_expected,
    check_open,
    typed_name,
)
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Capacity
from server.store.class_groups import ClassGroups
from server.store.database import Database
from server.store.staff import Staff


@dataclass(frozen=True, kw_only=True)
class TypedClassGroup:
    """What somebody typed of a class."""

    name: str
    """As people write it: 三(1)班, 301."""
    keeping: Keeping
    """What is kept of its pupils."""
    expected: int
    """How many there are; by roster its names are counted instead."""
    class_teacher: str | None
    """The account of its class teacher."""


class ClassGroupWords(TypedDict):
    """A class group as pages are given it."""

    id: str
    organisation: str
    organisation_name: str
    name: str
    grade: int
    number: int
    keeping: Keeping
    expected: int
    class_teacher: str | None
    closed: str | None
    """When it was closed."""
    closed_how: Closing | None


async def add(
    database: Database, acting: Acting, organisation: str, typed: TypedClassGroup, now: datetime
) -> ClassGroupWords:
    """Make a class group.

    Raises:
        RefusedError: its name or number can't be, the school has it, or this is not allowed.
    """
    school = await organisation_found(database, organisation)
    empty = ClassGroup(
        id=uuid7(),
        organisation=school,
        name=typed_name(typed.name),
        keeping=typed.keeping,
        expected=0,
    )
    made = await _filled(database, acting, empty, typed)
    await ClassGroups(database).add(made, entry(acting, Action.CHANGE_CLASS_GROUP, now))
    return words_of(made)


async def change(
    database: Database, acting: Acting, group: str, typed: TypedClassGroup, now: datetime
) -> ClassGroupWords:
    """Change a class group; one that is kept by numbers from now on forgets its names.

    Raises:
        RefusedError: as `add`, it is closed, or there is no such class.
    """
    before = await found(database, group)
    changed = await _filled(database, acting, before, typed)
    check_open(before)
    groups = ClassGroups(database)
    await groups.change(changed, entry(acting, Action.CHANGE_CLASS_GROUP, now))
    return words_of(await found(database, group))


async def close(
    database: Database, acting: Acting, group: str, how: Closing, now: datetime
) -> ClassGroupWords:
    """Close a class group: nobody plans with it any more, and what was held stays.

    Raises:
        RefusedError: it is closed, or lessons of it are to come; there is no such class, or this
            is not allowed.
    """
    action, before = Action.CLOSE_CLASS_GROUP, await found(database, group)
    check(acting, action, concern(before.organisation))
    closed = replace(before, closed=Closed(at=now, how=how))
    await ClassGroups(database).close(closed, entry(acting, action, now))
    return words_of(closed)


async def reopen(database: Database, acting: Acting, group: str, now: datetime) -> ClassGroupWords:
    """Open a class group again that was closed.

    Raises:
        RefusedError: it is open, or its name is another's by now; there is no such class, or this
            is not allowed.
    """
    action, before = Action.CLOSE_CLASS_GROUP, await found(database, group)
    check(acting, action, concern(before.organisation))
    if before.closed is None:
        raise RefusedError(Refusal.CLASS_OPEN, name=str(before.name))
    opened = replace(before, closed=None)
    await ClassGroups(database).reopen(opened, entry(acting, action, now))
    return words_of(opened)


async def found(database: Database, group: str) -> ClassGroup:
    """One by its id.

    Raises:
        RefusedError: there is none.
    """
    one = await ClassGroups(database).find(group)
    if one is None:
        raise RefusedError(Refusal.CLASS_UNKNOWN)
    return one


async def listed(database: Database, acting: Acting) -> list[ClassGroupWords]:
    """The class groups that somebody may see, by region, school, grade and number; closed too."""
    return [words_of(one) for one in await ClassGroups(database).seen_by(acting)]


async def _filled(
    database: Database, acting: Acting, group: ClassGroup, typed: TypedClassGroup
) -> ClassGroup:
    """A class group with what was typed, if somebody may change it so."""
    check(acting, Action.CHANGE_CLASS_GROUP, concern(group.organisation))
    check_expected(typed.expected)
    teacher = typed.class_teacher
    if teacher is not None and not await Staff(database).works_at(
        teacher, group.organisation.id, Capacity.TEACHER
    ):
        raise RefusedError(Refusal.CLASS_TEACHER_ELSEWHERE)
    return replace(
        group,
        name=typed_name(typed.name),
        keeping=typed.keeping,
        expected=0 if typed.keeping is Keeping.ROSTER else typed.expected,
        class_teacher=teacher,
    )


def words_of(group: ClassGroup) -> ClassGroupWords:
    """A class group in words."""
    return ClassGroupWords(
        id=group.id,
        organisation=group.organisation.id,
        organisation_name=group.organisation.name,
        name=str(group.name),
        grade=group.name.grade,
        number=group.name.number,
        keeping=group.keeping,
        expected=group.expected,
        class_teacher=group.class_teacher,
        closed=None if group.closed is None else group.closed.at.isoformat(),
        closed_how=None if group.closed is None else group.closed.how,
    )
