from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.actions.timetable import plan
from server.programme.pairing import Form
from server.store.database import open_database
from server.store.lessons import HandOver, Lessons
from tests.support.paired import BELL, paired
from tests.support.stored import NOW, planned


async def test_a_lesson_is_found_as_it_was_planned(tmp_path: Path) -> None:
    lesson = planned(rooms=("乙", "丙"))
    async with open_database(tmp_path) as database:
        await Lessons(database).add(lesson, NOW)
        stored = await Lessons(database).find(lesson.id)
        assert await Lessons(database).find("another") is None
    assert stored is not None
    assert stored.lesson == lesson
    assert (stored.created, stored.opened, stored.ended) == (NOW, None, None)


async def test_an_opened_lesson_is_unfinished_until_it_ends(tmp_path: Path) -> None:
    lesson = planned()
    async with open_database(tmp_path) as database:
        lessons = Lessons(database)
        await lessons.add(lesson, NOW)
        assert await lessons.unfinished() == []
        await lessons.mark_opened(lesson.id, NOW)
        assert [one.lesson for one in await lessons.unfinished()] == [lesson]
        await lessons.mark_ended(lesson.id, NOW)
        assert await lessons.unfinished() == []


async def test_a_lesson_that_was_called_off_is_not_opened(tmp_path: Path) -> None:
    lesson = planned()
    async with open_database(tmp_path) as database:
        lessons = Lessons(database)
        await lessons.add(lesson, NOW)
        await lessons.mark_ended(lesson.id, NOW)
        assert not await lessons.mark_opened(lesson.id, NOW)
        stored = await lessons.find(lesson.id)
    assert stored is not None
    assert stored.opened is None


async def test_an_end_is_asked_for_until_it_has_come(tmp_path: Path) -> None:
    lesson = planned()
    async with open_database(tmp_path) as database:
        lessons = Lessons(database)
        await lessons.add(lesson, NOW)
        await lessons.ask_end(lesson.id, NOW)
        assert await lessons.to_be_ended() == [lesson.id]
        await lessons.mark_ended(lesson.id, NOW)
        assert await lessons.to_be_ended() == []


async def test_the_newest_come_first(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lessons = Lessons(database)
        for number in range(3):
            await lessons.add(planned(name=f"l{number}-"), NOW + timedelta(hours=number))
        found = [one.lesson.id for one in await lessons.newest(limit=2)]
    assert found == ["l2-2", "l1-2"]


MINUTES = timedelta(minutes=5)
HOUR = timedelta(hours=1)
NEXT = BELL + HOUR
"""The bell of the next lesson; the first one's own ends twenty minutes before."""


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Lessons, str, str]]:
    """Two lessons of the same classrooms, an hour apart."""
    async with paired(tmp_path) as schools:
        town = schools.town.acting()
        first = await plan(schools.database, town, schools.plan(), BELL - HOUR)
        second = await plan(schools.database, town, schools.plan(later=HOUR), BELL - HOUR)
        yield Lessons(schools.database), first.id, second.id


async def test_a_lesson_past_its_bell_leaves_its_room_when_the_next_one_begins(
    two: tuple[Lessons, str, str],
) -> None:
    lessons, first, second = two
    assert await lessons.hand_overs(NEXT, MINUTES) == []
    await lessons.mark_opened(first, BELL)
    second_before = NEXT - MINUTES - timedelta(seconds=1)
    assert await lessons.hand_overs(second_before, MINUTES) == []
    at_the_bell = [HandOver(lesson=first, at=NEXT)]
    assert await lessons.hand_overs(NEXT - MINUTES, MINUTES) == at_the_bell
    assert await lessons.hand_overs(NEXT, MINUTES) == at_the_bell
    await lessons.mark_ended(second, BELL)
    assert await lessons.hand_overs(NEXT, MINUTES) == []


async def test_a_lesson_entered_after_the_next_bell_goes_on_until_that_one_is_entered(
    two: tuple[Lessons, str, str],
) -> None:
    lessons, first, second = two
    late = NEXT + timedelta(minutes=2)
    await lessons.mark_opened(first, late)
    assert await lessons.hand_overs(late, MINUTES) == []
    await lessons.mark_opened(second, late + timedelta(minutes=1))
    found = await lessons.hand_overs(late + timedelta(minutes=1), MINUTES)
    assert found == [HandOver(lesson=first, at=NEXT)]


async def test_a_next_lesson_that_nobody_held_claims_no_room_once_it_is_over(
    two: tuple[Lessons, str, str],
) -> None:
    lessons, first, _ = two
    await lessons.mark_opened(first, BELL)
    over = NEXT + timedelta(minutes=40)
    assert await lessons.hand_overs(over - timedelta(seconds=1), MINUTES) != []
    assert await lessons.hand_overs(over, MINUTES) == []


async def test_a_lesson_in_another_room_is_no_reason_to_leave(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        lessons, town = Lessons(schools.database), schools.town.acting()
        first = await plan(schools.database, town, schools.plan(), BELL)
        await lessons.mark_opened(first.id, BELL)
        alone = replace(
            schools.plan(schools.elsewhere.place(), later=timedelta(hours=1)),
            form=Form.DELIVERY_CLASS,
        )
        await plan(schools.database, schools.elsewhere.acting(), alone, BELL)
        assert await lessons.hand_overs(NEXT, MINUTES) == []
