from datetime import timedelta
from pathlib import Path

from server.store.database import open_database
from server.store.viewings import MOST_STRETCHES, Viewer, Viewings
from tests.support.at_once import while_written
from tests.support.reviewed import records_deleted, reviewed
from tests.support.stored import NOW


async def test_a_sitting_keeps_what_was_watched_from_second_to_second(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made, viewings = await reviewed(database), Viewings(database)
        lesson = made.lesson.id
        viewer = Viewer(person=made.teacher.id, role="teacher")
        await viewings.begin("s", lesson, viewer, NOW)
        later = NOW + timedelta(minutes=1)
        for start, stop in ((0.0, 10.0), (10.0, 20.0), (300.0, 310.0), (5.0, 7.0)):
            assert await viewings.watched("s", lesson, start, stop, later)
        (one,) = await viewings.of(lesson, 10)
        assert (one.name, one.role, one.began, one.last) == ("张老师", "teacher", NOW, later)
        assert one.stretches == ((0.0, 20.0), (300.0, 310.0), (5.0, 7.0))
        assert not await viewings.watched("other", lesson, 0, 1, later)
        assert not await viewings.goes_on("s", "other", later)
        assert await viewings.goes_on("s", lesson, later)


async def test_stretches_of_a_sitting_are_bounded(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made, viewings = await reviewed(database), Viewings(database)
        viewer = Viewer(person=None, role="viewer", link="家长")
        await viewings.begin("s", made.lesson.id, viewer, NOW)
        for number in range(MOST_STRETCHES + 3):
            await viewings.watched("s", made.lesson.id, number * 10, number * 10 + 1, NOW)
        (one,) = await viewings.of(made.lesson.id, 10)
        assert (one.name, len(one.stretches)) == ("家长", MOST_STRETCHES)


async def test_nobody_watches_a_lesson_whose_records_are_deleted_meanwhile(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made, viewings = await reviewed(database), Viewings(database)
        lesson, viewer = made.lesson.id, Viewer(person=None, role="viewer", link="家长")
        beginning = viewings.begin("s", lesson, viewer, NOW)
        await while_written(database, [records_deleted(lesson)], beginning)
        assert await viewings.of(lesson, 10) == []
