import pytest

from server.programme.organisation import Organisation, OrganisationKind
from server.programme.people import PLACES, Appointment, is_possible
from server.programme.region import region
from server.programme.rights import APPOINTS, Capacity

KECHENG = region("330802")


def organisation(kind: OrganisationKind) -> Organisation:
    return Organisation(id="o", kind=kind, name="某校", region=KECHENG)


@pytest.mark.parametrize(
    ("kind", "looks_after"),
    [
        (OrganisationKind.SCHOOL, None),
        (OrganisationKind.TRAINING_CENTRE, None),
        (OrganisationKind.BUREAU, KECHENG),
        (OrganisationKind.ET_CENTRE, KECHENG),
        (OrganisationKind.RESEARCH_OFFICE, KECHENG),
    ],
)
def test_only_offices_look_after_a_region(kind: OrganisationKind, looks_after: str | None) -> None:
    place = organisation(kind)
    appointment = Appointment(person="p", capacity=Capacity.ADMIN, organisation=place)
    assert place.looks_after == looks_after
    assert appointment.acting.looks_after == looks_after


def test_whoever_can_be_appointed_has_a_place_for_it() -> None:
    assert set().union(*APPOINTS.values()) == set(PLACES)


@pytest.mark.parametrize(
    ("capacity", "kind", "possible"),
    [
        (Capacity.TEACHER, OrganisationKind.SCHOOL, True),
        (Capacity.TEACHER, OrganisationKind.BUREAU, False),
        (Capacity.BUREAU, OrganisationKind.SCHOOL, False),
        (Capacity.TECHNICIAN, OrganisationKind.ET_CENTRE, True),
        (Capacity.PUPIL, OrganisationKind.SCHOOL, False),
        (Capacity.ROOM_DEVICE, OrganisationKind.SCHOOL, False),
    ],
)
def test_a_capacity_is_held_where_it_makes_sense(
    capacity: Capacity, kind: OrganisationKind, possible: bool
) -> None:
    held = Appointment(person="p", capacity=capacity, organisation=organisation(kind))
    assert is_possible(held) is possible
