from dataclasses import replace
from datetime import date

import pytest

from server.programme.agreement import (
    binds_all,
    ends_for,
    may_agree,
    offered,
    offices_over,
    side_of,
)
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.pairing import Form, Pairing, State
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Acting, Capacity


def place(name: str, region: str, kind: OrganisationKind) -> Organisation:
    return Organisation(id=name, kind=kind, name=name, region=RegionCode(region))


def office(region: str) -> Organisation:
    return place(region, region, OrganisationKind.BUREAU)


def of(where: Organisation, capacity: Capacity = Capacity.BUREAU) -> Acting:
    return Acting(id="p", capacity=capacity, organisation=where.id, looks_after=where.looks_after)


TOWN = place("town", "330802", OrganisationKind.SCHOOL)
VILLAGE = place("village", "330824", OrganisationKind.SCHOOL)
DISTRICT, COUNTY, CITY, FAR = map(office, ("330802", "330824", "330800", "361100"))
OFFICES = [FAR, CITY, COUNTY]
ADMIN = of(FAR, Capacity.ADMIN)
PAIRING = Pairing(
    id="p",
    supporter=TOWN,
    recipient=VILLAGE,
    forms=frozenset({Form.SYNC_CLASS, Form.NET_TRAINING}),
    begins=date(2026, 9, 1),
    ends=date(2029, 8, 31),
)
WAITING = replace(PAIRING, waits_for=VILLAGE.id)


@pytest.mark.parametrize(
    ("acting", "waits_for"),
    [(of(DISTRICT), "village"), (of(COUNTY), "town"), (of(CITY), None), (ADMIN, None)],
)
def test_a_pairing_waits_for_the_school_that_is_anothers(
    acting: Acting, waits_for: str | None
) -> None:
    assert offered(PAIRING, acting).waits_for == waits_for
    assert binds_all(acting, PAIRING) is (waits_for is None)


@pytest.mark.parametrize(
    "acting", [of(FAR), of(TOWN, Capacity.SCHOOL_ADMIN), of(TOWN, Capacity.TEACHER)]
)
def test_nobody_proposes_for_two_schools_of_others(acting: Acting) -> None:
    with pytest.raises(RefusedError) as refused:
        offered(PAIRING, acting)
    assert refused.value.refusal is Refusal.NOT_YOURS


def test_the_nearest_office_over_a_school_comes_first() -> None:
    assert offices_over(VILLAGE, OFFICES) == [COUNTY, CITY]
    assert offices_over(TOWN, OFFICES) == [CITY]


@pytest.mark.parametrize("capacity", Capacity)
@pytest.mark.parametrize("where", [TOWN, VILLAGE, DISTRICT, COUNTY, CITY, FAR])
@pytest.mark.parametrize("offices", [OFFICES, []])
def test_the_side_that_was_asked_agrees_and_nobody_in_its_name(
    capacity: Capacity, where: Organisation, offices: list[Organisation]
) -> None:
    agrees = (
        capacity is Capacity.ADMIN
        or (capacity is Capacity.BUREAU and where in (VILLAGE, COUNTY, CITY))
        or (capacity is Capacity.SCHOOL_ADMIN and where == VILLAGE and not offices)
    )
    assert may_agree(of(where, capacity), WAITING, offices) is agrees
    assert not may_agree(of(where, capacity), PAIRING, offices)


@pytest.mark.parametrize(
    ("acting", "sides"),
    [
        (of(DISTRICT), {"town"}),
        (of(COUNTY), {"village"}),
        (of(CITY), {"town", "village"}),
        (ADMIN, {"town", "village"}),
        (of(FAR), set()),
        (of(VILLAGE, Capacity.SCHOOL_ADMIN), set()),
        (of(VILLAGE, Capacity.TEACHER), set()),
    ],
)
def test_each_side_ends_it_alone(acting: Acting, sides: set[str]) -> None:
    for one in (PAIRING, WAITING):
        assert ends_for(acting, one, OFFICES) == sides
        assert ends_for(acting, replace(one, ended=date(2026, 11, 25)), OFFICES) == set()


def test_a_school_without_an_office_speaks_for_itself_alone() -> None:
    head = of(VILLAGE, Capacity.SCHOOL_ADMIN)
    assert ends_for(head, PAIRING, [FAR]) == {"village"}
    assert not may_agree(of(TOWN, Capacity.SCHOOL_ADMIN), WAITING, [FAR])


def test_what_is_over_waits_for_nobody() -> None:
    assert side_of(WAITING) == VILLAGE
    assert side_of(PAIRING) is None
    assert side_of(replace(WAITING, ended=date(2026, 11, 25))) is None


def test_a_pairing_says_how_far_it_has_come() -> None:
    ended, by = date(2026, 11, 25), "office"
    assert (PAIRING.state, WAITING.state) == (State.STANDS, State.WAITS)
    assert replace(WAITING, ended=ended, ended_by=by).state is State.DECLINED
    assert replace(PAIRING, ended=ended, ended_by=by).state is State.ENDED
    assert replace(PAIRING, ended=ended).state is State.REPLACED
