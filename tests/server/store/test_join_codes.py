from datetime import timedelta
from pathlib import Path

from server.store.database import open_database
from server.store.join_codes import JoinCodes
from server.store.lessons import Lessons
from tests.support.stored import NOW, planned

LATER = NOW + timedelta(hours=1)


async def test_a_code_opens_its_lesson_until_it_expires(tmp_path: Path) -> None:
    lesson = planned()
    async with open_database(tmp_path) as database:
        await Lessons(database).add(lesson, NOW)
        codes = JoinCodes(database)
        assert await codes.put(lesson.id, "BCDFGH", LATER, NOW)
        assert await codes.lesson("BCDFGH", NOW) == (lesson.id, LATER)
        assert await codes.of(lesson.id, NOW) == ("BCDFGH", LATER)
        assert await codes.lesson("BCDFGJ", NOW) is None
        assert await codes.lesson("BCDFGH", LATER) is None
        assert await codes.of(lesson.id, LATER) is None


async def test_a_code_does_not_outlive_its_lesson(tmp_path: Path) -> None:
    lesson = planned()
    async with open_database(tmp_path) as database:
        await Lessons(database).add(lesson, NOW)
        codes = JoinCodes(database)
        await codes.put(lesson.id, "BCDFGH", LATER, NOW)
        await Lessons(database).mark_ended(lesson.id, NOW)
        assert await codes.lesson("BCDFGH", NOW) is None


async def test_a_lesson_has_one_code_and_a_code_one_lesson(tmp_path: Path) -> None:
    one, other = planned(name="one"), planned(name="two")
    async with open_database(tmp_path) as database:
        codes = JoinCodes(database)
        for lesson in (one, other):
            await Lessons(database).add(lesson, NOW)
        assert await codes.put(one.id, "BCDFGH", LATER, NOW)
        assert not await codes.put(other.id, "BCDFGH", LATER, NOW)
        assert await codes.put(one.id, "JKMNPQ", LATER, NOW)
        assert await codes.lesson("BCDFGH", NOW) is None
        assert await codes.put(other.id, "BCDFGH", LATER, NOW)
        assert await codes.lesson("BCDFGH", NOW) == (other.id, LATER)


async def test_codes_that_are_over_are_forgotten(tmp_path: Path) -> None:
    over, ended, other = planned(name="a"), planned(name="b"), planned(name="c")
    async with open_database(tmp_path) as database:
        codes = JoinCodes(database)
        for lesson in (over, ended, other):
            await Lessons(database).add(lesson, NOW)
        await codes.put(over.id, "BCDFGH", LATER, NOW)
        await codes.put(ended.id, "JKMNPQ", LATER + timedelta(days=1), NOW)
        await Lessons(database).mark_ended(ended.id, NOW)
        for code in ("BCDFGH", "JKMNPQ"):
            assert await codes.put(other.id, code, LATER + timedelta(days=1), LATER)
