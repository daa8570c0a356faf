from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from server.actions.acting import OPERATOR, entry
from server.actions.timetable import plan
from server.programme.class_group import Keeping
from server.programme.pupil import Rostered
from server.programme.rights import Action
from server.store.class_groups import ClassGroups
from server.store.lesson_rosters import LessonRosters
from server.store.school_tables import PupilRow
from tests.support.paired import NOW, Campus, Paired, paired


async def enrol(schools: Paired, at: Campus, name: str, *, left: bool = False) -> None:
    """Put a name on a school's class, whoever keeps it how."""
    gone = NOW if left else None
    async with schools.database.transaction() as session:
        await session.execute(
            insert(PupilRow).values(
                id=f"{name} {at.school.name}", class_group=at.group.id, name=name, left=gone
            )
        )


async def by_roster(schools: Paired, at: Campus) -> None:
    """The class keeps names from now on."""
    line = entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW)
    group = replace(at.group, keeping=Keeping.ROSTER, expected=0)
    await ClassGroups(schools.database).change(group, line)


async def test_the_names_are_those_of_the_lessons_classes_that_keep_names(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        for campus in (schools.village, schools.elsewhere):
            await by_roster(schools, campus)
            await enrol(schools, campus, "小明")
        await enrol(schools, schools.village, "小红", left=True)
        await enrol(schools, schools.town, "小刚")
        lesson = await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
        rosters = LessonRosters(schools.database)
        pupil = f"小明 {schools.village.school.name}"
        assert await rosters.of(lesson.id) == [Rostered(pupil=pupil, name="小明")]
        assert await rosters.of("another") == []


async def test_a_lesson_without_that_class_does_not_know_its_names(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        await by_roster(schools, schools.village)
        await enrol(schools, schools.village, "小明")
        village = schools.village.place(learners=False)
        new = schools.plan(schools.town.place(), village, later=timedelta(hours=2))
        lesson = await plan(schools.database, schools.town.acting(), new, NOW)
        assert await LessonRosters(schools.database).of(lesson.id) == []
