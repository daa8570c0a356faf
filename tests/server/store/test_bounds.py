from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity, Concern, may
from server.store.bounds import within
from server.store.database import open_database
from server.store.tables import OrganisationRow

PLACES = {code: RegionCode(code) for code in ("330802", "330824", "330106", "361100")}
REGIONS = (None, *map(RegionCode, ("330000", "330800", "330802", "361100")))


def acting_ones(capacity: Capacity) -> list[Acting]:
    """Somebody of a school and somebody from elsewhere, looking after nothing and after much."""
    return [
        Acting(id="p", capacity=capacity, organisation=place, looks_after=region)
        for region, place in product(REGIONS, ("330802", "elsewhere"))
    ]


@pytest.mark.parametrize("capacity", Capacity)
async def test_a_query_has_the_bounds_of_the_rights(tmp_path: Path, capacity: Capacity) -> None:
    alias = aliased(OrganisationRow)
    async with open_database(tmp_path) as database, database.transaction() as session:
        session.add_all(
            OrganisationRow(id=code, kind="school", name=code, region=code) for code in PLACES
        )
        await session.flush()
        for acting, action in product(acting_ones(capacity), Action):
            allowed = [
                place
                for place, region in PLACES.items()
                if may(acting, action, Concern(organisations={place: region}))
            ]
            for table in (OrganisationRow, alias):
                found = await session.scalars(
                    select(table.id).where(within(acting, action, table)).order_by(table.id)
                )
                assert list(found) == sorted(allowed)
