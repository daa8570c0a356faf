from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from server.actions.acting import OPERATOR, entry
from server.actions.timetable import plan
from server.programme.choices import WantedLearners
from server.programme.rights import Action
from server.store.class_groups import ClassGroups
from server.store.lessons import Lessons
from server.store.rolls import Rolls
from tests.support.paired import NOW, Paired, paired

CHOIR = WantedLearners(class_group=None, name="合唱队", part="", number=18)


async def grown(schools: Paired, number: int) -> None:
    line = entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW)
    group = replace(schools.town.group, expected=number)
    await ClassGroups(schools.database).change(group, line)


async def test_a_class_is_counted_when_its_lesson_begins_and_stays_so(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        mixed = replace(
            schools.village.place(), learners=(CHOIR, *schools.village.place().learners)
        )
        new = schools.plan(schools.town.place(), mixed)
        lesson = await plan(schools.database, schools.town.acting(), new, NOW)
        rooms = [room.participant for room in lesson.rooms]
        await grown(schools, 31)
        assert await Rolls(schools.database).expected(rooms) == {}
        await Lessons(schools.database).mark_opened(lesson.id, NOW)
        await grown(schools, 40)
        assert await Rolls(schools.database).expected(rooms) == dict(
            zip(rooms, (31, 42), strict=True)
        )
        await Lessons(schools.database).mark_opened(lesson.id, NOW)
        assert (await Rolls(schools.database).expected(rooms))[rooms[0]] == 31


async def test_a_room_without_learners_is_not_counted(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        empty = schools.village.place(learners=False)
        later = schools.plan(schools.town.place(), empty, later=timedelta(hours=1))
        lesson = await plan(schools.database, schools.town.acting(), later, NOW)
        await Lessons(schools.database).mark_opened(lesson.id, NOW)
        rooms = [room.participant for room in lesson.rooms]
        assert await Rolls(schools.database).expected(rooms) == {rooms[0]: 24}
