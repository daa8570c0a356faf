from dataclasses import replace
from pathlib import Path

from server.actions.timetable import plan
from server.programme.choices import WantedLearners
from server.programme.rights import Capacity
from server.store.lessons import Lessons
from tests.support.paired import NOW, paired
from tests.support.staff import hired
from tests.support.stored import planned


async def test_lessons_come_back_as_they_were_planned_whatever_they_hold(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        town = schools.town
        helper = await hired(schools.database, Capacity.TEACHER, town.school, "陈老师")
        part = WantedLearners(class_group=town.group.id, name="", part="第一组", number=12)
        choir = WantedLearners(class_group=None, name="合唱队", part="", number=18)
        host = replace(town.place(), assistants=(helper.id,), learners=(part, choir))
        new = schools.plan(host, schools.village.place())
        made = await plan(schools.database, town.acting(), new, NOW)
        bare = planned()
        await Lessons(schools.database).add(bare, NOW.replace(year=2025))
        assert [one.lesson for one in await Lessons(schools.database).newest()] == [made, bare]
