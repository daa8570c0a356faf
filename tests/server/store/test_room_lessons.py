from datetime import timedelta
from pathlib import Path

from server.store.database import open_database
from server.store.lessons import Lessons
from server.store.room_lessons import WAITS, RoomLessons
from tests.support.screens import classroom
from tests.support.staff import school
from tests.support.stored import NOW, planned


async def test_the_newest_lesson_that_names_a_classroom_is_its_own_until_it_ends(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path) as database:
        room = await classroom(database, await school(database))
        lessons, rooms = Lessons(database), RoomLessons(database)
        assert await rooms.named(room, NOW) is None
        for name, at in (("a", NOW), ("b", NOW + timedelta(minutes=1))):
            await lessons.add(planned(name=name), at)
        await lessons.add(planned(rooms=("丙",), name="c"), NOW + timedelta(minutes=2))
        found = await rooms.named(room, NOW)
        assert found is not None
        assert found.lesson.id == "b2"
        await lessons.mark_ended("b2", NOW)
        found = await rooms.named(room, NOW)
        assert found is not None
        assert found.lesson.id == "a2"


async def test_a_lesson_that_nobody_came_to_is_forgotten_in_the_evening(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        room = await classroom(database, await school(database))
        lessons, rooms = Lessons(database), RoomLessons(database)
        await lessons.add(planned(), NOW)
        later = NOW + WAITS
        assert await rooms.named(room, later) is None
        await lessons.mark_opened("id2", NOW)
        assert await rooms.named(room, later) is not None


async def test_a_name_that_two_classrooms_have_is_told_apart_by_the_school(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        first = await classroom(database, await school(database, "一小"))
        rooms = RoomLessons(database)
        assert await rooms.called(first) == {"乙", "一小 乙"}
        await classroom(database, await school(database, "二小"))
        assert await rooms.called(first) == {"一小 乙"}
        await Lessons(database).add(planned(), NOW)
        assert await rooms.named(first, NOW) is None
        await Lessons(database).add(planned(rooms=("一小 乙",), name="full"), NOW)
        assert await rooms.named(first, NOW) is not None
