from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from server.actions import attendance, roll_names, rolls
from server.actions.acting import OPERATOR, entry
from server.actions.rolls import Declaring
from server.actions.timetable import plan
from server.programme.attendance import Numbers
from server.programme.attendance_marks import Mark
from server.programme.lesson import Lesson, Room
from server.programme.people import Appointment
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity
from server.store.lessons import Lessons
from server.store.rolls import Rolls
from server.store.staff import Staff
from tests.support.logged import lines_of
from tests.support.paired import NOW, Campus, Paired, paired
from tests.support.rostered import NAMES, by_roster, pupil
from tests.support.staff import hired

DAY = attendance.Span(first=date(2026, 11, 25), last=date(2026, 11, 25))
NEXT_DAY = NOW + timedelta(days=1)
NOTHING = Numbers(expected=0, present=0, on_leave=0, observing=2)


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        await by_roster(made.database, made.village)
        yield made


async def held(schools: Paired, *, staffed: bool = True) -> Lesson:
    village = schools.village.place(teachers=staffed)
    new = schools.plan(schools.town.place(), village)
    made = await plan(schools.database, schools.town.acting(), new, NOW)
    await Lessons(schools.database).mark_opened(made.id, NOW)
    await Lessons(schools.database).mark_ended(made.id, NOW)
    return made


def marked(at: Campus, after: str | None = None, why: str = "", **marks: Mark) -> Declaring:
    told = {pupil(at, name): mark for name, mark in marks.items()}
    return Declaring(numbers=NOTHING, why=why, after=after, marks=told)


async def by_link(schools: Paired, room: Room, person: str | None) -> list[str]:
    found = await roll_names.names_by_link(schools.database, room, person, NOW)
    return [one["name"] for one in found]


async def test_a_teacher_marks_the_exceptions_and_the_school_sees_who_was_absent(
    schools: Paired,
) -> None:
    lesson, li = await held(schools), schools.village.acting()
    room = lesson.rooms[1].participant
    declaring = marked(schools.village, 小明=Mark.ABSENT, 小红=Mark.LATE)
    made = await attendance.declare(schools.database, li, lesson.id, room, declaring, NOW)
    told = made["rooms"][1]["roll"]["declared"]
    assert told is not None
    assert (told["expected"], told["present"], told["absent"]) == (3, 2, 1)
    assert (told["late"], told["on_leave"], told["observing"]) == (1, 0, 2)
    person = await hired(schools.database, Capacity.SCHOOL_ADMIN, schools.village.school, "陈主任")
    chen = schools.village.acting(Capacity.SCHOOL_ADMIN, person.id)
    seen = await attendance.names(schools.database, chen, lesson.id, room, NOW)
    assert {one["name"]: one["mark"] for one in seen} == {
        "小刚": None,
        "小明": Mark.ABSENT,
        "小红": Mark.LATE,
    }
    lines = [(actor, action) for _, actor, action in await lines_of(schools.database, room)]
    assert lines == [(li.id, Action.DECLARE_ATTENDANCE), (chen.id, Action.SEE_PUPILS)]
    again = marked(schools.village, told["id"], "小明迟到", 小明=Mark.LATE)
    made = await attendance.declare(schools.database, chen, lesson.id, room, again, NEXT_DAY)
    assert made["rooms"][1]["roll"]["before"] == [told]
    assert (await attendance.names(schools.database, chen, lesson.id, room, NOW))[1]["mark"] == (
        Mark.LATE
    )


async def test_no_list_and_no_answer_but_the_names_own_holds_a_name(schools: Paired) -> None:
    lesson, li = await held(schools), schools.village.acting()
    room = lesson.rooms[1].participant
    declaring = marked(schools.village, 小明=Mark.ABSENT)
    made = await attendance.declare(schools.database, li, lesson.id, room, declaring, NOW)
    found = await attendance.lessons(schools.database, li, DAY, NOW)
    roll = await rolls.rolls_of(schools.database, lesson.id, NOW)
    for words in (made, found, roll):
        assert not [name for name in NAMES if name in str(words)]


async def test_who_may_not_see_the_pupils_sees_numbers(schools: Paired) -> None:
    lesson = await held(schools)
    room = lesson.rooms[1].participant
    bureau = Acting(
        id="officer",
        capacity=Capacity.BUREAU,
        organisation="o",
        looks_after=RegionCode("330800"),
    )
    host = schools.town.acting()
    for acting in (bureau, host, schools.town.acting(Capacity.SCHOOL_ADMIN, "a")):
        with pytest.raises(RefusedError) as error:
            await attendance.names(schools.database, acting, lesson.id, room, NOW)
        assert error.value.refusal is Refusal.NOT_YOURS
        [seen] = (await attendance.lessons(schools.database, acting, DAY, NOW))["lessons"]
        assert [one["by_name"] for one in seen["rooms"]] == [False, False]
    li = schools.village.acting()
    [seen] = (await attendance.lessons(schools.database, li, DAY, NOW))["lessons"]
    assert [one["by_name"] for one in seen["rooms"]] == [False, True]
    assert await lines_of(schools.database, room) == []
    with pytest.raises(RefusedError) as error:
        await attendance.names(schools.database, li, lesson.id, "none", NOW)
    assert error.value.refusal is Refusal.PLANNED_LESSON_UNKNOWN


async def test_a_link_shows_names_to_the_person_it_was_given_to(schools: Paired) -> None:
    room = (await held(schools)).rooms[1]
    li = schools.village.teacher
    assert await roll_names.by_name(schools.database, room, li.id)
    assert await by_link(schools, room, li.id) == sorted(NAMES)
    [(_, actor, action)] = await lines_of(schools.database, room.participant)
    assert (actor, action) == (li.id, Action.SEE_PUPILS)
    for person in (None, schools.town.teacher.id, "nobody"):
        assert not await roll_names.by_name(schools.database, room, person)
        with pytest.raises(RefusedError) as error:
            await by_link(schools, room, person)
        assert error.value.refusal is Refusal.NOT_YOURS


async def test_who_teaches_there_no_more_sees_no_names(schools: Paired) -> None:
    room = (await held(schools)).rooms[1]
    li = schools.village.teacher
    leaves = Appointment(
        person=li.id, capacity=Capacity.TEACHER, organisation=schools.village.school
    )
    line = entry(OPERATOR, Action.CHANGE_STAFF, NOW)
    await Staff(schools.database).dismiss(leaves, line)
    assert not await roll_names.by_name(schools.database, room, li.id)


async def test_where_nobody_was_planned_a_teacher_of_the_school_calls_it(schools: Paired) -> None:
    room = (await held(schools, staffed=False)).rooms[1]
    assert await by_link(schools, room, schools.village.teacher.id) == sorted(NAMES)


async def test_a_room_by_numbers_has_no_names_and_takes_no_marks(schools: Paired) -> None:
    lesson = await held(schools)
    room, zhang = lesson.rooms[0], schools.town.teacher
    assert not await roll_names.by_name(schools.database, room, zhang.id)
    assert await by_link(schools, room, zhang.id) == []
    stored = await Lessons(schools.database).find(lesson.id)
    assert stored is not None
    with pytest.raises(RefusedError) as error:
        await rolls.declare(
            Rolls(schools.database), stored, room, marked(schools.village), "link:r", NOW
        )
    assert error.value.refusal is Refusal.ROLL_NAMES_UNKNOWN
