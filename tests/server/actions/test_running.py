from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.actions.running import running
from server.actions.timetable import plan
from server.programme.organisation import OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Capacity
from server.store.lessons import Lessons
from tests.support.paired import NOW, paired
from tests.support.staff import school
from tests.support.stored import planned


async def test_rooms_of_running_lessons_are_told_to_those_who_look_after_their_equipment(
    tmp_path: Path,
) -> None:
    async with paired(tmp_path) as schools:
        database, lessons = schools.database, Lessons(schools.database)
        made = await plan(database, schools.town.acting(), schools.plan(), NOW)
        outside = planned()
        await lessons.add(outside, NOW)
        technician = schools.village.acting(Capacity.TECHNICIAN)
        assert await running(database, technician) == {}
        for lesson in (made, outside):
            await lessons.mark_opened(lesson.id, datetime.now(UTC))
        assert await running(database, technician) == {
            made.id: ["开化县实验小学 开化录播教室", "齐溪镇中心小学 齐溪录播教室"]
        }
        assert await running(database, schools.elsewhere.acting(Capacity.TECHNICIAN)) == {}
        centre = await school(database, "开化县电教馆", "330824", OrganisationKind.BUREAU)
        county = replace(technician, organisation=centre.id, looks_after=RegionCode("330824"))
        assert set(await running(database, county)) == {made.id}
        found = await running(database, schools.elsewhere.acting(Capacity.ADMIN))
        assert set(found) == {made.id, outside.id}
        assert found[outside.id] == [room.name for room in outside.rooms]
        await lessons.mark_ended(made.id, datetime.now(UTC))
        assert await running(database, technician) == {}


async def test_a_teacher_looks_after_none(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        with pytest.raises(RefusedError) as refused:
            await running(schools.database, schools.town.acting())
        assert refused.value.refusal is Refusal.NOT_YOURS
