from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.actions.timetable import plan
from server.programme.attendance import Numbers
from server.programme.choices import WantedLearners
from server.programme.class_names import ClassName
from server.programme.lesson import Lesson
from server.programme.rights import Acting, Action, Capacity
from server.store.attendance_sums import AttendanceSums
from server.store.class_groups import ClassGroups
from server.store.lessons import Lessons
from server.store.rolls import Declaration, Rolls
from tests.support.paired import NOW, Paired, paired

ALL = Numbers(expected=24, present=24, on_leave=0, observing=1)
FEWER = Numbers(expected=24, present=20, on_leave=1, late=2, observing=3)
CHOIR = WantedLearners(class_group=None, name="合唱队", part="", number=18)
FIRST = NOW - timedelta(days=1)
AFTER = NOW + timedelta(days=9)


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        yield made


async def held(schools: Paired, day: int = 0, *, choir: bool = False) -> Lesson:
    village = schools.village.place()
    if choir:
        # In another order than that of their names.
        village = replace(village, learners=(CHOIR, *village.learners))
    new = schools.plan(schools.town.place(), village, later=timedelta(days=day))
    made = await plan(schools.database, schools.town.acting(), new, NOW)
    await Lessons(schools.database).mark_opened(made.id, NOW)
    return made


async def declare(schools: Paired, lesson: Lesson, *said: Numbers) -> None:
    """What was said of the receiving room, one after the other."""
    room, before = lesson.rooms[1].participant, None
    for numbers in said:
        one = uuid7()
        made = Declaration(
            id=one, room=room, at=NOW, declared_by="link:r", numbers=numbers, why="更正"
        )
        await Rolls(schools.database).add(made, before)
        before = one


async def found(schools: Paired, acting: Acting) -> list[tuple[str, int, int, Numbers]]:
    sums = await AttendanceSums(schools.database).between(acting, FIRST, AFTER)
    return [(one.name, one.lessons, one.declared, one.numbers) for one in sums]


async def test_the_last_declarations_are_added_up_and_a_missing_roll_counts_as_none(
    schools: Paired,
) -> None:
    await declare(schools, await held(schools, 0), ALL, FEWER)
    await declare(schools, await held(schools, 1), ALL)
    await held(schools, 2)
    admin = schools.village.acting(Capacity.SCHOOL_ADMIN, "admin")
    added = Numbers(expected=48, present=44, on_leave=1, late=2, observing=4)
    assert await found(schools, admin) == [("三(1)班", 3, 2, added)]
    [one] = await AttendanceSums(schools.database).between(admin, FIRST, AFTER)
    assert (one.class_group, one.school) == (schools.village.group.id, "齐溪镇中心小学")


async def test_those_who_sat_in_one_room_have_a_line_of_their_own_and_a_teacher_sees_both_rooms(
    schools: Paired,
) -> None:
    await held(schools)
    await declare(schools, await held(schools, 1, choir=True), FEWER)
    nothing = Numbers(expected=0, present=0, on_leave=0)
    assert await found(schools, schools.village.acting()) == [
        ("三(2)班", 2, 0, nothing),
        ("三(1)班", 1, 0, nothing),
        ("合唱队、三(1)班", 1, 1, FEWER),
    ]
    sums = await AttendanceSums(schools.database).between(schools.village.acting(), FIRST, AFTER)
    assert [one.class_group for one in sums][2] is None


async def test_a_class_that_took_over_a_name_has_a_line_of_its_own(schools: Paired) -> None:
    groups, old = ClassGroups(schools.database), schools.village.group
    await held(schools)
    line = entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW)
    await groups.change(replace(old, name=ClassName(4, 1)), line)
    schools.village.group = replace(old, id=uuid7())
    line = entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW)
    await groups.add(schools.village.group, line)
    await held(schools, 1)
    admin = schools.village.acting(Capacity.SCHOOL_ADMIN, "admin")
    sums = await AttendanceSums(schools.database).between(admin, FIRST, AFTER)
    assert [(one.name, one.lessons) for one in sums] == [("三(1)班", 1)] * 2
    assert {one.class_group for one in sums} == {old.id, schools.village.group.id}


async def test_lessons_of_other_days_of_other_schools_and_without_anybody_are_left_out(
    schools: Paired,
) -> None:
    await held(schools, 10)
    await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
    assert await found(schools, schools.town.acting()) == []
    await held(schools, 1)
    assert await found(schools, schools.elsewhere.acting(Capacity.SCHOOL_ADMIN, "a")) == []
    assert await found(schools, schools.elsewhere.acting()) == []
