from pathlib import Path

from server.store.database import open_database
from server.store.lessons import Lessons
from server.store.people import People
from tests.support.stored import NOW, planned


async def test_a_name_once_given_stays(tmp_path: Path) -> None:
    lesson = planned()
    async with open_database(tmp_path) as database:
        await Lessons(database).add(lesson, NOW)
        people = People(database)
        await people.put(lesson.id, "p", "小明")
        await people.put(lesson.id, "p", "小红")
        assert await people.names(lesson.id) == {"p": "小明"}
        assert await people.names("another") == {}


async def test_whose_name_stood_on_a_roster_is_that_pupil_for_good(tmp_path: Path) -> None:
    lesson = planned()
    async with open_database(tmp_path) as database:
        await Lessons(database).add(lesson, NOW)
        people = People(database)
        await people.put(lesson.id, "p", "小明", "pupil 1")
        await people.put(lesson.id, "p", "小明", "pupil 2")
        await people.put(lesson.id, "guest", "小红")
        assert await people.pupils(lesson.id) == {"p": "pupil 1"}
        assert await people.pupils("another") == {}
