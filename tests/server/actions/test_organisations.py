from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.actions.acting import OPERATOR
from server.actions.organisations import (
    NewOrganisation,
    add,
    change,
    elsewhere,
    listed,
    may_add,
    places,
)
from server.programme.organisation import OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity
from server.store.database import Database, open_database
from tests.support.logged import lines_of

NOW = datetime(2026, 9, 1, tzinfo=UTC)
KAIHUA = RegionCode("330824")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


def new(name: str, region: str = KAIHUA) -> NewOrganisation:
    return NewOrganisation(kind=OrganisationKind.SCHOOL, name=name, region=region)


def bureau(region: RegionCode) -> Acting:
    return Acting(id="b", capacity=Capacity.BUREAU, organisation="bureau", looks_after=region)


async def test_a_bureau_adds_schools_of_its_region_alone(database: Database) -> None:
    made = await add(database, bureau(KAIHUA), new(" 齐溪镇中心小学 "), NOW)
    assert made["name"] == "齐溪镇中心小学"
    assert await lines_of(database, made["id"]) == [(NOW, "b", Action.CHANGE_ORGANISATION)]
    with pytest.raises(RefusedError) as refused:
        await add(database, bureau(RegionCode("330802")), new("开化县实验小学"), NOW)
    assert refused.value.refusal is Refusal.NOT_YOURS
    assert await listed(database, OPERATOR) == [made]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (new(""), Refusal.NAME_MISSING),
        (new("兴华中学", "12"), Refusal.REGION_UNKNOWN),
        (new("莲花初中"), Refusal.ORGANISATION_EXISTS),
    ],
)
async def test_what_is_wrong_is_refused_and_nothing_changed(
    database: Database, typed: NewOrganisation, why: Refusal
) -> None:
    made = await add(database, OPERATOR, new("莲花初中"), NOW)
    with pytest.raises(RefusedError) as refused:
        await add(database, OPERATOR, typed, NOW)
    assert refused.value.refusal is why
    assert await listed(database, OPERATOR) == [made]


async def test_a_list_is_cut_to_what_somebody_may_see(database: Database) -> None:
    places = [("甲", "330824"), ("乙", "330802"), ("丙", "330106"), ("丁", "361100")]
    made = [await add(database, OPERATOR, new(name, region), NOW) for name, region in places]
    here = made[0]["id"]

    async def seen(acting: Acting) -> list[str]:
        return sorted(one["name"] for one in await listed(database, acting))

    assert await seen(OPERATOR) == ["丁", "丙", "乙", "甲"]
    assert await seen(bureau(RegionCode("330000"))) == ["丙", "乙", "甲"]
    assert await seen(bureau(RegionCode("330800"))) == ["乙", "甲"]
    assert await seen(bureau(KAIHUA)) == ["甲"]
    for capacity in (Capacity.TEACHER, Capacity.TECHNICIAN):
        at_school = Acting(id="t", capacity=capacity, organisation=here, looks_after=None)
        assert await seen(at_school) == ["甲"]
    assert (
        await seen(Acting(id="p", capacity=Capacity.PUPIL, organisation=here, looks_after=None))
        == []
    )


async def test_a_school_renames_itself_and_moves_nowhere(database: Database) -> None:
    made = await add(database, OPERATOR, new("尼山小学"), NOW)
    admin = Acting(
        id="a", capacity=Capacity.SCHOOL_ADMIN, organisation=made["id"], looks_after=None
    )
    renamed = await change(database, admin, made["id"], new("尼山第一小学"), NOW)
    assert await listed(database, OPERATOR) == [renamed]
    with pytest.raises(RefusedError) as refused:
        await change(database, admin, made["id"], new("尼山第一小学", "330802"), NOW)
    assert refused.value.refusal is Refusal.REGION_FIXED
    assert await listed(database, OPERATOR) == [renamed]
    assert await places(database, admin, Action.CHANGE_ORGANISATION) == [renamed]
    assert not may_add(admin)


async def test_a_bureau_reaches_no_further_by_moving(database: Database) -> None:
    """Neither itself to the whole province, nor a school out of its region or into it."""
    made = await add(database, OPERATOR, new("开化小学"), NOW)
    other = await add(database, OPERATOR, new("柯城小学", "330802"), NOW)
    office = replace(new("开化教育局"), kind=OrganisationKind.BUREAU)
    own = await add(database, OPERATOR, office, NOW)
    acting = replace(bureau(KAIHUA), organisation=own["id"])
    assert may_add(acting)
    for organisation, region, why in (
        (own["id"], "330000", Refusal.REGION_FIXED),
        (made["id"], "330802", Refusal.NOT_YOURS),
        (other["id"], KAIHUA, Refusal.NOT_YOURS),
        ("none", KAIHUA, Refusal.ORGANISATION_UNKNOWN),
    ):
        with pytest.raises(RefusedError) as refused:
            await change(database, acting, organisation, new("别的", region), NOW)
        assert refused.value.refusal is why
    assert len(await listed(database, OPERATOR)) == 3


async def test_a_change_leaves_what_it_is(database: Database) -> None:
    """Else a school would make an office of itself, which looks after a region."""
    made = await add(database, OPERATOR, new("尼山小学"), NOW)
    office = replace(new("尼山小学"), kind=OrganisationKind.ET_CENTRE)
    changed = await change(database, OPERATOR, made["id"], office, NOW)
    assert changed["kind"] == OrganisationKind.SCHOOL


async def test_a_bureau_finds_a_school_elsewhere_only_by_its_whole_name(
    database: Database,
) -> None:
    made = await add(database, OPERATOR, new("齐溪镇中心小学"), NOW)
    office = replace(new("开化县教育局"), kind=OrganisationKind.BUREAU)
    await add(database, OPERATOR, office, NOW)
    far = bureau(RegionCode("361100"))
    assert await elsewhere(database, far, " 齐溪镇中心小学", "330824") == made
    for name, code in (("齐溪", "330824"), ("齐溪镇中心小学", "330800"), ("开化县教育局", KAIHUA)):
        with pytest.raises(RefusedError) as refused:
            await elsewhere(database, far, name, code)
        assert refused.value.refusal is Refusal.PAIRING_SCHOOL_UNKNOWN
    with pytest.raises(RefusedError) as refused:
        await elsewhere(
            database, replace(far, capacity=Capacity.INSPECTOR), "齐溪镇中心小学", "330824"
        )
    assert refused.value.refusal is Refusal.NOT_YOURS
