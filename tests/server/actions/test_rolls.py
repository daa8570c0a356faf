from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from server.actions.rolls import Declaring, declare, declare_for_school, roll_of, rolls_of
from server.programme.attendance import Numbers, RollState
from server.programme.refusal import Refusal, RefusedError
from server.store.database import Database, open_database
from server.store.lessons import Lessons, StoredLesson
from server.store.rolls import Rolls
from signaling.errors import Code, UserError
from tests.support.stored import NOW, planned

BY = "link:id1"
NEXT_DAY = NOW + timedelta(days=1)
ALL = Numbers(expected=24, present=23, on_leave=1)
FEWER = Numbers(expected=24, present=22, on_leave=1)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        await Lessons(opened).add(planned(), NOW)
        yield opened


async def stored(database: Database) -> StoredLesson:
    found = await Lessons(database).find("id2")
    assert found is not None
    return found


def said(numbers: Numbers, why: str = "", after: str | None = None) -> Declaring:
    return Declaring(numbers=numbers, why=why, after=after)


async def refused(database: Database, declaring: Declaring) -> Refusal:
    lesson = await stored(database)
    with pytest.raises(RefusedError) as error:
        await declare(Rolls(database), lesson, lesson.lesson.rooms[1], declaring, BY, NOW)
    return error.value.refusal


async def test_a_roll_is_declared_and_corrected_and_both_are_kept(database: Database) -> None:
    await Lessons(database).mark_opened("id2", NOW)
    lesson, rolls = await stored(database), Rolls(database)
    room = lesson.lesson.rooms[1]
    assert (await roll_of(rolls, lesson, room, NOW))["state"] is RollState.OPEN
    first = await declare(rolls, lesson, room, said(ALL), BY, NOW)
    assert first["declared"] is not None
    assert (first["declared"]["present"], first["declared"]["absent"]) == (23, 0)
    seen = first["declared"]["id"]
    assert await refused(database, said(FEWER, "", seen)) is Refusal.ROLL_WHY_MISSING
    assert await refused(database, said(FEWER, "一人早退")) is Refusal.ROLL_CHANGED
    later = await declare(rolls, lesson, room, said(FEWER, "一人早退", seen), BY, NEXT_DAY)
    assert later["declared"] is not None
    assert (later["declared"]["absent"], later["declared"]["why"]) == (1, "一人早退")
    assert later["before"] == [first["declared"]]
    assert [one["state"] for one in await rolls_of(database, "id2", NEXT_DAY)] == [
        RollState.OPEN,
        RollState.DECLARED,
    ]


async def test_no_roll_before_anybody_came(database: Database) -> None:
    assert await refused(database, said(ALL)) is Refusal.ROLL_NOT_YET


async def test_numbers_that_cannot_be_true_are_refused(database: Database) -> None:
    await Lessons(database).mark_opened("id2", NOW)
    too_many = Numbers(expected=24, present=25, on_leave=0)
    assert await refused(database, said(too_many)) is Refusal.ROLL_MORE_THAN_EXPECTED
    assert (await rolls_of(database, "id2", NOW))[1]["declared"] is None


async def test_in_the_evening_it_is_the_schools(database: Database) -> None:
    lessons = Lessons(database)
    await lessons.mark_opened("id2", NOW)
    await lessons.mark_ended("id2", NOW)
    lesson = await stored(database)
    [_, roll] = await rolls_of(database, "id2", NEXT_DAY)
    assert (roll["state"], roll["declared"]) == (RollState.HANDED_ON, None)
    with pytest.raises(RefusedError) as error:
        await declare(Rolls(database), lesson, lesson.lesson.rooms[1], said(ALL), BY, NEXT_DAY)
    assert error.value.refusal is Refusal.ROLL_HANDED_ON
    made = await declare_for_school(database, "id2", "乙", ALL, "", NEXT_DAY)
    assert made["declared"] is not None
    assert made["declared"]["declared_by"] == "operator"
    again = await declare_for_school(database, "id2", "id1", FEWER, "补记一人", NEXT_DAY)
    assert [one["present"] for one in again["before"]] == [23]


async def test_an_unknown_lesson_or_room_has_no_roll(database: Database) -> None:
    with pytest.raises(UserError) as lesson:
        await rolls_of(database, "none", NOW)
    assert lesson.value.code is Code.LESSON_UNKNOWN
    with pytest.raises(UserError) as room:
        await declare_for_school(database, "id2", "丙", ALL, "", NOW)
    assert room.value.code is Code.NO_SUCH_PARTICIPANT
