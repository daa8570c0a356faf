from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from server.programme.choices import Bond
from server.programme.rights import Capacity
from server.store.choices import PlanChoices
from server.store.school_tables import PairingRow
from tests.support.paired import paired
from tests.support.staff import hired


async def test_a_school_plans_with_its_own_and_its_pairs_rooms_classes_and_teachers(
    tmp_path: Path,
) -> None:
    async with paired(tmp_path) as schools:
        await hired(schools.database, Capacity.SCHOOL_ADMIN, schools.village.school, "不教课")
        repository = PlanChoices(schools.database)
        town, village = schools.town.school, schools.village.school
        found = await repository.of(village.id, date(2026, 11, 25))
        assert [one.organisation for one in found.schools] == [village, town]
        own = found.schools[0]
        assert [one.id for one in own.classrooms] == [schools.village.classroom]
        assert own.class_groups == (schools.village.group,)
        assert own.teachers == (schools.village.teacher,)
        both = frozenset({town.id, village.id})
        assert found.bonds == (Bond(pairing=schools.pairing, schools=both),)
        for day in (date(2026, 8, 31), date(2029, 9, 1)):
            alone = await repository.of(village.id, day)
            assert ([one.organisation for one in alone.schools], alone.bonds) == ([village], ())
        last = await repository.of(village.id, date(2029, 8, 31))
        assert len(last.schools) == 2


@pytest.mark.parametrize("values", [{"waits_for": "a school"}, {"ended": date(2026, 11, 25)}])
async def test_nothing_is_planned_through_a_pairing_that_is_not_agreed_or_over(
    tmp_path: Path, values: dict[str, object]
) -> None:
    async with paired(tmp_path) as schools:
        async with schools.database.transaction() as session:
            await session.execute(update(PairingRow).values(**values))
        for one in (schools.town.school, schools.village.school):
            found = await PlanChoices(schools.database).of(one.id, date(2026, 11, 25))
            assert ([each.organisation for each in found.schools], found.bonds) == ([one], ())
