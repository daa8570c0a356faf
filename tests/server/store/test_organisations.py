from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from server.programme.organisation import Organisation, OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity, Concern, may
from server.store.audit import Entry
from server.store.database import Database, open_database
from server.store.organisations import Organisations
from tests.support.staff import hired, school

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ADMIN = Acting(id="a", capacity=Capacity.ADMIN, organisation="", looks_after=None)
REGIONS = ["330802", "330824", "330106", "361100"]
PLACES = [
    Organisation(
        id=f"o{code}", kind=OrganisationKind.SCHOOL, name="实验小学", region=RegionCode(code)
    )
    for code in REGIONS
]


async def keep(database: Database) -> Organisations:
    organisations = Organisations(database)
    for number, place in enumerate(PLACES):
        line = Entry(id=str(number), at=NOW, acting=ADMIN, action=Action.CHANGE_ORGANISATION)
        await organisations.add(place, line)
    return organisations


async def test_one_is_found_by_its_id(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        organisations = await keep(database)
        assert await organisations.find(PLACES[0].id) == PLACES[0]
        assert await organisations.find("none") is None
        assert await organisations.named("实验小学", PLACES[0].region) == PLACES[0]
        assert await organisations.named("实验小学", RegionCode("330800")) is None


async def test_a_bureau_is_there_once_somebody_acts_for_it(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        organisations = await keep(database)
        office = await school(database, "柯城区教育局", "330802", OrganisationKind.BUREAU)
        await hired(database, Capacity.INSPECTOR, office)
        await hired(database, Capacity.BUREAU, PLACES[0])
        assert await organisations.bureaus() == []
        await hired(database, Capacity.BUREAU, office)
        assert await organisations.bureaus() == [office]


async def test_a_change_keeps_what_it_is(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        organisations = await keep(database)
        line = Entry(id="later", at=NOW, acting=ADMIN, action=Action.CHANGE_ORGANISATION)
        renamed = replace(PLACES[0], name="尼山小学")
        await organisations.change(renamed, line)
        assert await organisations.find(renamed.id) == renamed
        line = replace(line, id="again")
        with pytest.raises(RefusedError) as refused:
            await organisations.change(
                replace(PLACES[1], name="尼山小学", region=RegionCode("330802")), line
            )
        assert refused.value.refusal is Refusal.ORGANISATION_EXISTS
        assert await organisations.find(PLACES[1].id) == PLACES[1]


@pytest.mark.parametrize("capacity", Capacity)
async def test_a_query_has_the_bounds_of_the_rights(tmp_path: Path, capacity: Capacity) -> None:
    async with open_database(tmp_path) as database:
        organisations = await keep(database)
        looked_after = (None, *map(RegionCode, ("330000", "330800", "330802")))
        for region, place in product(looked_after, (PLACES[0].id, "elsewhere")):
            acting = Acting(id="p", capacity=capacity, organisation=place, looks_after=region)
            allowed = [one for one in PLACES if may(acting, Action.SEE_ORGANISATION, of(one))]
            found = await organisations.reached(acting, Action.SEE_ORGANISATION)
            assert sorted(map(str, found)) == sorted(map(str, allowed))


def of(organisation: Organisation) -> Concern:
    return Concern(organisations={organisation.id: organisation.region})
