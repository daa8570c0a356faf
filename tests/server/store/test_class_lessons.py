from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from server.actions.timetable import call_off, plan
from server.programme.class_names import ClassName
from server.programme.lesson import Lesson
from server.store.class_lessons import rename, to_come
from server.store.lessons import Lessons
from server.store.timetable_tables import LearnersRow
from tests.support.paired import NOW, Paired, paired

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=1)


async def planned(schools: Paired, later: timedelta) -> Lesson:
    new = schools.plan(later=later)
    return await plan(schools.database, schools.town.acting(), new, NOW)


async def test_lessons_that_are_over_or_called_off_are_not_to_come(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        group, lessons = schools.town.group.id, Lessons(schools.database)
        off, held, running, _ = [await planned(schools, at * HOUR) for at in range(4)]
        await call_off(schools.database, schools.town.acting(), off.id, "停电", NOW)
        for one in (held, running):
            await lessons.mark_opened(one.id, NOW)
        await lessons.mark_ended(held.id, NOW)
        async with schools.database.transaction() as session:
            assert await to_come(session, [group], NOW) == {group: 2}
            # Nobody came to the last one in time; the one under way still goes on.
            assert await to_come(session, [group], LATER) == {group: 1}


async def test_only_lessons_to_come_call_a_class_by_its_new_name(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        group = schools.town.group.id
        held, coming = [await planned(schools, at * HOUR) for at in range(2)]
        await Lessons(schools.database).mark_opened(held.id, NOW)
        async with schools.database.transaction() as session:
            await rename(session, group, ClassName(4, 2), NOW)
        query = select(LearnersRow).where(LearnersRow.class_group == group)
        async with schools.database.transaction() as session:
            called = {row.lesson: (row.name, row.grade) for row in await session.scalars(query)}
            others = select(LearnersRow.name).where(LearnersRow.class_group != group)
            assert set(await session.scalars(others)) == {"三(1)班"}
        assert called == {held.id: ("三(2)班", 3), coming.id: ("四(2)班", 4)}
