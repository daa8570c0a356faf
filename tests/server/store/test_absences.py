from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.actions.acting import entry
from server.actions.timetable import plan
from server.programme.attendance import Numbers
from server.programme.attendance_marks import Mark, counted
from server.programme.rights import Acting, Action, Capacity
from server.store.absences import Absences, Missed
from server.store.lessons import Lessons
from server.store.rolls import Declaration, Rolls
from tests.support.logged import lines_of
from tests.support.paired import BELL, NOW, Paired, paired
from tests.support.rostered import NAMES, by_roster, pupil

BEGIN, END = BELL - timedelta(days=1), BELL + timedelta(days=9)


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        await by_roster(made.database, made.village)
        yield made


async def held(schools: Paired, days: int, **marks: Mark) -> str:
    """The village's room of a lesson whose roll was called by name."""
    new = schools.plan(starts=BELL + timedelta(days=days))
    lesson = await plan(schools.database, schools.town.acting(), new, NOW)
    await Lessons(schools.database).mark_opened(lesson.id, NOW)
    room = lesson.rooms[1].participant
    told = {pupil(schools.village, name): mark for name, mark in marks.items()}
    everyone = [pupil(schools.village, name) for name in NAMES]
    await declare(schools, room, counted(everyone, told, 0), told)
    return room


async def declare(
    schools: Paired, room: str, numbers: Numbers, marks: dict[str, Mark] | None
) -> None:
    rolls = Rolls(schools.database)
    before = await rolls.of([room])
    made = Declaration(id=uuid7(), room=room, at=NOW, declared_by="link:r", numbers=numbers, why="")
    await rolls.add(made, before[-1].id if before else None, None, marks)


async def missed(schools: Paired, acting: Acting) -> list[Missed]:
    look, group = entry(acting, Action.SEE_PUPILS, NOW), schools.village.group.id
    return await Absences(schools.database).of_class(acting, group, BEGIN, END, look)


async def test_marks_are_added_up_for_each_pupil_and_the_look_is_kept(schools: Paired) -> None:
    await held(schools, 0, 小明=Mark.ABSENT, 小红=Mark.LATE)
    await held(schools, 1, 小明=Mark.ABSENT, 小刚=Mark.ON_LEAVE)
    await held(schools, 20, 小明=Mark.ABSENT)
    acting = schools.village.acting()
    assert await missed(schools, acting) == [
        Missed(name="小刚", lessons=2, absent=0, on_leave=1, late=0),
        Missed(name="小明", lessons=2, absent=2, on_leave=0, late=0),
        Missed(name="小红", lessons=2, absent=0, on_leave=0, late=1),
    ]
    *_, (_, actor, action) = await lines_of(schools.database, schools.village.group.id)
    assert (actor, action) == (acting.id, Action.SEE_PUPILS)


async def test_what_was_corrected_counts_and_what_was_told_by_numbers_names_nobody(
    schools: Paired,
) -> None:
    room = await held(schools, 0, 小明=Mark.ABSENT)
    everyone = [pupil(schools.village, name) for name in NAMES]
    await declare(schools, room, counted(everyone, {}, 0), {})
    by_numbers = await held(schools, 1)
    await declare(schools, by_numbers, Numbers(expected=3, present=2, on_leave=0), None)
    found = await missed(schools, schools.village.acting())
    assert [(one.lessons, one.absent) for one in found] == [(1, 0)] * 3


async def test_names_are_for_those_who_work_in_the_room_and_its_school(schools: Paired) -> None:
    room = await held(schools, 0, 小明=Mark.ABSENT)
    absences, group = Absences(schools.database), schools.village.group.id
    admin = schools.village.acting(Capacity.SCHOOL_ADMIN, "p")
    for acting in (schools.village.acting(), admin):
        assert await absences.classes(acting, BEGIN, END) == {group}
        assert await missed(schools, acting)
    looks = len(await lines_of(schools.database, group))
    far = schools.town.acting(Capacity.SCHOOL_ADMIN, "p")
    bureau = replace(admin, capacity=Capacity.BUREAU)
    for acting in (schools.town.acting(), far, schools.village.acting(person="q"), bureau):
        assert await absences.classes(acting, BEGIN, END) == set()
        assert await missed(schools, acting) == []
    assert len(await lines_of(schools.database, group)) == looks
    line = entry(admin, Action.SEE_PUPILS, NOW)
    marked = await absences.of_rooms({room: line, "none": replace(line, id="n")})
    assert [(one.name, one.mark) for one in marked.pop(room)] == [("小明", Mark.ABSENT)]
    assert marked == {}
    assert len(await lines_of(schools.database, room)) == 1
    assert await lines_of(schools.database, "none") == []
