from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.actions.acting import entry
from server.actions.timetable import plan
from server.programme.attendance import Numbers
from server.programme.attendance_marks import Mark
from server.programme.choices import WantedLearners, WantedPlace
from server.programme.class_group import Keeping
from server.programme.rights import Action
from server.store.lessons import Lessons
from server.store.roll_names import RollNames
from server.store.rolls import Declaration, Rolls
from tests.support.logged import lines_of
from tests.support.paired import NOW, Paired, paired
from tests.support.rostered import NAMES, by_roster, enrol, keeps, pupil

CHOIR = WantedLearners(class_group=None, name="合唱队", part="", number=18)


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        await by_roster(made.database, made.village)
        yield made


async def begun(schools: Paired, village: WantedPlace | None = None) -> str:
    """The receiving room of a lesson that has begun."""
    new = schools.plan(schools.town.place(), village or schools.village.place())
    lesson = await plan(schools.database, schools.town.acting(), new, NOW)
    await Lessons(schools.database).mark_opened(lesson.id, NOW)
    return lesson.rooms[1].participant


async def looked(schools: Paired, room: str) -> dict[str, Mark | None]:
    line = entry(schools.village.acting(), Action.SEE_PUPILS, NOW)
    return {one.name: one.mark for one in await RollNames(schools.database).look(room, line)}


async def declared(schools: Paired, room: str, **marks: Mark) -> None:
    rolls = Rolls(schools.database)
    before = await rolls.of([room])
    made = Declaration(
        id=uuid7(),
        room=room,
        at=NOW,
        declared_by="link:r",
        numbers=Numbers(expected=3, present=3, on_leave=0),
        why="",
    )
    told = {pupil(schools.village, name): mark for name, mark in marks.items()}
    await rolls.add(made, before[-1].id if before else None, None, told)


async def test_who_belongs_to_a_room_is_kept_as_it_was_when_the_lesson_began(
    schools: Paired,
) -> None:
    room = await begun(schools)
    await enrol(schools.database, schools.village, ["新来的"])
    assert await looked(schools, room) == dict.fromkeys(NAMES)
    assert await RollNames(schools.database).known([room, "none"]) == {room}
    assert sorted(await Rolls(schools.database).pupils(room)) == sorted(
        pupil(schools.village, name) for name in NAMES
    )


async def test_the_marks_are_those_of_the_last_declaration_and_every_look_is_kept(
    schools: Paired,
) -> None:
    room = await begun(schools)
    await declared(schools, room, 小明=Mark.ABSENT)
    await declared(schools, room, 小明=Mark.LATE, 小红=Mark.ON_LEAVE)
    assert await looked(schools, room) == {"小刚": None, "小明": Mark.LATE, "小红": Mark.ON_LEAVE}
    [(at, actor, action)] = await lines_of(schools.database, room)
    assert (at, actor, action) == (NOW, schools.village.teacher.id, Action.SEE_PUPILS)


async def test_a_class_that_forgets_its_names_has_none_here_either(schools: Paired) -> None:
    room = await begun(schools)
    await declared(schools, room, 小明=Mark.ABSENT)
    await keeps(schools.database, schools.village, Keeping.NUMBERS)
    assert await looked(schools, room) == {}
    assert await Rolls(schools.database).pupils(room) == []
    assert await lines_of(schools.database, room) == []


@pytest.mark.parametrize("only_a_part", [True, False])
async def test_a_room_with_anybody_of_whom_a_number_alone_is_known_goes_by_numbers(
    schools: Paired, only_a_part: bool
) -> None:
    place = schools.village.place()
    part = replace(place.learners[0], part="第一组", number=2)
    learners = (part,) if only_a_part else (CHOIR, *place.learners)
    room = await begun(schools, replace(place, learners=learners))
    assert await looked(schools, room) == {}
    assert await Rolls(schools.database).expected([room]) == {room: 2 if only_a_part else 21}
