import pytest

from server.programme.organisation import Organisation, OrganisationKind
from server.programme.people import PLACES, Appointment, check_place, login_name
from server.programme.refusal import Refusal, RefusedError
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
    ("capacity", "kind"),
    [
        (Capacity.TEACHER, OrganisationKind.BUREAU),
        (Capacity.BUREAU, OrganisationKind.SCHOOL),
        (Capacity.PUPIL, OrganisationKind.SCHOOL),
        (Capacity.ROOM_DEVICE, OrganisationKind.SCHOOL),
    ],
)
def test_a_capacity_is_held_where_it_makes_sense(
    capacity: Capacity, kind: OrganisationKind
) -> None:
    check_place(Capacity.TEACHER, organisation(OrganisationKind.SCHOOL))
    check_place(Capacity.TECHNICIAN, organisation(OrganisationKind.ET_CENTRE))
    with pytest.raises(RefusedError) as refused:
        check_place(capacity, organisation(kind))
    assert refused.value.refusal is Refusal.CAPACITY_ELSEWHERE


@pytest.mark.parametrize("typed", ["zhang.san", " Zhang.San ", "ｚｈａｎｇ．ｓａｎ"])
def test_a_sign_in_name_is_the_same_however_it_is_typed(typed: str) -> None:
    assert login_name(typed) == "zhang.san"


@pytest.mark.parametrize("typed", ["", "ab", "a" * 33, "张三三", "a b c", "-abc", "a/../b"])
def test_an_unfit_sign_in_name_is_refused(typed: str) -> None:
    with pytest.raises(RefusedError) as refused:
        login_name(typed)
    assert refused.value.refusal is Refusal.LOGIN_UNFIT
