from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.actions.timetable import plan
from server.programme.attendance import Numbers
from server.programme.lesson import Lesson
from server.programme.region import RegionCode
from server.programme.rights import Acting, Capacity
from server.store.lessons import Lessons, StoredLesson
from server.store.rolls import Declaration, Rolls
from server.store.timetable import Timetable
from tests.support.paired import BELL, NOW, Paired, paired

WEEK = timedelta(days=7)


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        yield made


async def planned(schools: Paired, hours: float = 0) -> Lesson:
    new = schools.plan(later=timedelta(hours=hours))
    return await plan(schools.database, schools.town.acting(), new, NOW)


async def held(schools: Paired, hours: float = 0) -> Lesson:
    lesson = await planned(schools, hours)
    await Lessons(schools.database).mark_opened(lesson.id, BELL)
    await Lessons(schools.database).mark_ended(lesson.id, BELL + timedelta(hours=hours + 1))
    return lesson


async def seen(schools: Paired, acting: Acting, *, own: bool = False) -> list[str]:
    timetable = Timetable(schools.database)
    return ids(await timetable.between(acting, NOW, NOW + WEEK, own=own, limit=100))


def ids(found: Sequence[StoredLesson]) -> list[str]:
    return [one.lesson.id for one in found]


def office(capacity: Capacity, region: str) -> Acting:
    return Acting(id="officer", capacity=capacity, organisation="o", looks_after=RegionCode(region))


async def test_each_sees_what_their_capacity_reaches(schools: Paired) -> None:
    lesson = await planned(schools)
    town, village, elsewhere = schools.town, schools.village, schools.elsewhere
    expected = {
        True: [
            town.acting(),
            village.acting(),
            town.acting(Capacity.SCHOOL_ADMIN, "admin"),
            office(Capacity.BUREAU, "330800"),
            office(Capacity.INSPECTOR, "330824"),
            office(Capacity.RESEARCH_OFFICER, "330000"),
        ],
        False: [
            elsewhere.acting(),
            elsewhere.acting(Capacity.SCHOOL_ADMIN, "admin"),
            office(Capacity.BUREAU, "330802"),
            town.acting(Capacity.TECHNICIAN),
            office(Capacity.ADMIN, "330824"),
        ],
    }
    for visible, people in expected.items():
        for acting in people:
            assert await seen(schools, acting) == ([lesson.id] if visible else []), acting
            found = await Timetable(schools.database).find(acting, lesson.id)
            assert (found is not None) is visible


async def test_ones_own_are_those_one_works_in(schools: Paired) -> None:
    lesson = await planned(schools)
    colleague = schools.town.acting(person="colleague")
    assert await seen(schools, colleague) == [lesson.id]
    assert await seen(schools, colleague, own=True) == []
    assert await seen(schools, schools.village.acting(), own=True) == [lesson.id]


async def test_a_time_is_from_one_instant_up_to_another_the_earliest_first(
    schools: Paired,
) -> None:
    second, first = await planned(schools, 2), await planned(schools)
    timetable, town = Timetable(schools.database), schools.town.acting()
    later = BELL + timedelta(hours=2)
    assert await seen(schools, town) == [first.id, second.id]
    assert ids(await timetable.between(town, BELL, later, own=False, limit=9)) == [first.id]
    assert ids(await timetable.between(town, NOW, NOW + WEEK, own=False, limit=1)) == [first.id]


async def test_a_roll_is_left_to_do_until_it_is_declared(schools: Paired) -> None:
    lesson = await held(schools)
    await planned(schools, 3)
    timetable, town = Timetable(schools.database), schools.town.acting()
    [(found, room)] = await timetable.undeclared(town, NOW, 5, newest=True)
    assert (found.lesson, room) == (lesson, lesson.host.participant)
    assert await timetable.undeclared(town, NOW + WEEK, 5, newest=True) == []
    declaration = Declaration(
        id=uuid7(),
        room=room,
        at=NOW,
        declared_by="x",
        numbers=Numbers(expected=1, present=1, on_leave=0),
        why="",
    )
    await Rolls(schools.database).add(declaration, None)
    assert await timetable.undeclared(town, NOW, 5, newest=True) == []
    [(_, far)] = await timetable.undeclared(schools.village.acting(), NOW, 5, newest=False)
    assert far == lesson.rooms[1].participant


async def test_what_was_held_and_hosted_last(schools: Paired) -> None:
    timetable, town = Timetable(schools.database), schools.town.acting()
    assert await timetable.hosted_last(town) is None
    first, second = await held(schools), await held(schools, 2)
    await planned(schools, 4)
    assert ids(await timetable.taught(town, 3)) == [second.id, first.id]
    assert ids(await timetable.taught(schools.village.acting(), 1)) == [second.id]
    assert await timetable.hosted_last(schools.village.acting()) is None
    newest = await timetable.hosted_last(town)
    assert newest is not None
    assert newest.lesson.schedule is not None
    assert newest.lesson.schedule.starts == BELL + timedelta(hours=4)
