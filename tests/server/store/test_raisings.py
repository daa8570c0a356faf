from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.actions.timetable import plan
from server.programme.class_group import ClassGroup, Closing, Keeping
from server.programme.class_names import ClassName
from server.programme.raising import Raising, raising
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action
from server.store.audit import Entry
from server.store.class_groups import ClassGroups
from server.store.raisings import Raisings, Standing
from tests.support.logged import lines_of
from tests.support.paired import NOW, Paired, paired
from tests.support.rostered import by_roster

LATER = NOW + timedelta(days=30)


def line() -> Entry:
    return entry(OPERATOR, Action.RAISE_GRADES, LATER)


def decide(standing: Standing) -> Raising:
    return raising(standing.groups, None, ())


async def made(schools: Paired, grade: int) -> ClassGroup:
    """One more class of the village."""
    group = replace(schools.village.group, id=uuid7(), name=ClassName(grade, 1))
    line = entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW)
    await ClassGroups(schools.database).add(group, line)
    return group


async def test_a_school_rises_with_its_pupils_and_another_stays(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        village, groups = schools.village, ClassGroups(schools.database)
        await by_roster(schools.database, village)
        above, last = await made(schools, 4), await made(schools, 6)
        school = village.school.id
        await Raisings(schools.database).apply(school, decide, line())
        found = {one.id: one for one in await groups.of([village.group.id, above.id, last.id])}
        assert found[village.group.id].name == ClassName(4, 1)
        assert (found[village.group.id].keeping, found[village.group.id].expected) == (
            Keeping.ROSTER,
            3,
        )
        assert found[above.id].name == ClassName(5, 1)
        closed = found[last.id].closed
        assert closed is not None
        assert (found[last.id].name, closed.at, closed.how) == (
            ClassName(6, 1),
            LATER,
            Closing.GRADUATED,
        )
        assert await groups.find(schools.town.group.id) == schools.town.group
        standing = await Raisings(schools.database).standing(school, LATER)
        assert (standing.last, len(standing.groups)) == (LATER, 2)
        assert (await lines_of(schools.database, school))[-1][2] is Action.RAISE_GRADES


async def test_a_class_with_lessons_to_come_does_not_graduate_and_nothing_else_rises(
    tmp_path: Path,
) -> None:
    async with paired(tmp_path) as schools:
        village, groups = schools.village, ClassGroups(schools.database)
        await made(schools, 4)
        sixth = replace(village.group, name=ClassName(6, 1))
        await groups.change(sixth, entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW))
        new = schools.plan(later=timedelta(days=40), mixed="复式教学")
        await plan(schools.database, schools.town.acting(), new, NOW)
        school = village.school.id
        before = await groups.of_school(school)
        with pytest.raises(RefusedError) as refused:
            await Raisings(schools.database).apply(school, decide, line())
        assert refused.value.refusal is Refusal.CLASS_HAS_LESSONS
        assert refused.value.data == {"name": "六(1)班", "count": 1}
        standing = await Raisings(schools.database).standing(school, LATER)
        assert (standing.groups, standing.lessons, standing.last) == (before, {sixth.id: 1}, None)
