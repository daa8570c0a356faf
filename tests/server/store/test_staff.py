from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from server.programme.people import Appointment
from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity, Concern, may
from server.store.accounts import Accounts
from server.store.audit import Entry
from server.store.database import open_database
from server.store.staff import MOST_SHOWN, Staff
from tests.support.logged import lines_of
from tests.support.staff import hired, school

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ADMIN = Acting(id="a", capacity=Capacity.ADMIN, organisation="", looks_after=None)
LINE = Entry(id="line", at=NOW, acting=ADMIN, action=Action.CHANGE_STAFF)


@pytest.mark.parametrize("capacity", Capacity)
async def test_a_list_has_the_bounds_of_the_rights(tmp_path: Path, capacity: Capacity) -> None:
    async with open_database(tmp_path) as database:
        near, far = await school(database), await school(database, "齐溪小学", "330824")
        for place in (near, far):
            await hired(database, Capacity.TEACHER, place)
        regions = (None, *map(RegionCode, ("330800", "330824")))
        for region, here in product(regions, (near.id, "elsewhere")):
            acting = Acting(id="p", capacity=capacity, organisation=here, looks_after=region)
            allowed = [
                place.id
                for place in (near, far)
                if may(acting, Action.SEE_STAFF, Concern(organisations={place.id: place.region}))
            ]
            found = await Staff(database).seen_by(acting, "", None)
            assert sorted(held.organisation.id for _, (held,) in found) == sorted(allowed)


async def test_somebody_is_shown_with_what_they_are_where_one_may_see_it(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        near, far = await school(database), await school(database, "齐溪小学", "330824")
        wang = await hired(database, Capacity.TEACHER, near)
        await hired(database, Capacity.TEACHER, near, "李老师")
        also = Appointment(person=wang.id, capacity=Capacity.TEACHER, organisation=far)
        await Accounts(database).appoint(also, LINE)
        staff = Staff(database)
        assert [person.name for person, _ in await staff.seen_by(ADMIN, "", None)] == [
            "李老师",
            "王老师",
        ]
        ((found, held),) = await staff.seen_by(ADMIN, "王", None)
        assert (found, len(held)) == (wang, 2)
        assert [p.name for p, _ in await staff.seen_by(ADMIN, "", far.id)] == ["王老师"]
        assert await staff.seen_by(ADMIN, "%", None) == []
        here = Acting(id="p", capacity=Capacity.TEACHER, organisation=far.id, looks_after=None)
        ((found, held),) = await staff.seen_by(here, "", None)
        assert [one.organisation for one in held] == [far]


async def test_one_more_than_is_shown_tells_that_there_are_more(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        here = await school(database)
        for _ in range(MOST_SHOWN + 2):
            await hired(database, Capacity.TEACHER, here)
        assert len(await Staff(database).seen_by(ADMIN, "", None)) == MOST_SHOWN + 1


async def test_a_capacity_is_taken_and_the_account_stays(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        here = await school(database)
        wang = await hired(database, Capacity.TEACHER, here)
        held = Appointment(person=wang.id, capacity=Capacity.TEACHER, organisation=here)
        staff = Staff(database)
        assert await staff.works_at(wang.id, here.id, Capacity.TEACHER)
        assert not await staff.works_at(wang.id, here.id, Capacity.SCHOOL_ADMIN)
        await staff.dismiss(held, LINE)
        assert not await staff.works_at(wang.id, here.id, Capacity.TEACHER)
        assert await Accounts(database).by_login(wang.login) == wang
        assert (NOW, "a", Action.CHANGE_STAFF) in await lines_of(database, wang.id)
