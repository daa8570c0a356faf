from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from server.actions.acting import OPERATOR, concern
from server.actions.pairing_cards import PairingWords
from server.actions.pairings import TypedPairing, add, agree, change, end, listed
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.pairing import Form, State
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode, Scope
from server.programme.rights import Acting, Action, Capacity, may
from server.store.audit_lines import Asked, AuditLines
from server.store.choices import PlanChoices
from server.store.database import Database, open_database
from tests.support.capacities import everybody
from tests.support.staff import hired, school

NOW = datetime(2026, 9, 1, tzinfo=UTC)
CITY = Acting(
    id="b", capacity=Capacity.BUREAU, organisation="office", looks_after=RegionCode("330800")
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


@pytest.fixture
async def schools(database: Database) -> tuple[Organisation, Organisation]:
    return await school(database), await school(database, "齐溪小学", "330824")


def typed(schools: tuple[Organisation, Organisation]) -> TypedPairing:
    return TypedPairing(
        supporter=schools[0].id,
        recipient=schools[1].id,
        forms=(Form.SYNC_CLASS, Form.DELIVERY_CLASS),
        begins=date(2025, 9, 1),
        ends=date(2028, 8, 31),
        waiver="",
    )


async def test_the_scope_is_worked_out(
    database: Database, schools: tuple[Organisation, Organisation]
) -> None:
    made = await add(database, CITY, typed(schools), NOW)
    assert (made["scope"], made["may_change"]) == (Scope.CITY, True)
    longer = replace(typed(schools), ends=date(2029, 8, 31), waiver=" 还没有 \n教室 ")
    changed = await change(database, CITY, made["id"], longer, NOW)
    assert (changed["ends"], changed["waiver"]) == ("2029-08-31", "还没有 教室")
    assert await listed(database, CITY) == [changed]


async def test_a_fault_is_refused_and_nothing_changed(
    database: Database, schools: tuple[Organisation, Organisation]
) -> None:
    made = await add(database, CITY, typed(schools), NOW)
    wrong = {
        Refusal.PAIRING_EXISTS: typed(schools),
        Refusal.PAIRING_SAME_SCHOOL: replace(typed(schools), recipient=schools[0].id),
        Refusal.PAIRING_TOO_FEW_FORMS: replace(typed(schools), forms=()),
        Refusal.ORGANISATION_UNKNOWN: replace(typed(schools), supporter="none"),
    }
    for why, one in wrong.items():
        with pytest.raises(RefusedError) as refused:
            await add(database, CITY, one, NOW)
        assert refused.value.refusal is why
    with pytest.raises(RefusedError) as refused:
        await change(database, CITY, "none", typed(schools), NOW)
    assert refused.value.refusal is Refusal.PAIRING_UNKNOWN
    assert await listed(database, CITY) == [made]


async def test_only_those_change_it_who_may(
    database: Database, schools: tuple[Organisation, Organisation]
) -> None:
    made = await add(database, CITY, typed(schools), NOW)
    for acting in everybody(schools[0]):
        if may(acting, Action.CHANGE_PAIRING, concern(*schools)):
            await change(database, acting, made["id"], typed(schools), NOW)
            continue
        for work in (
            change(database, acting, made["id"], typed(schools), NOW),
            add(database, acting, replace(typed(schools), begins=date(2020, 9, 1)), NOW),
        ):
            with pytest.raises(RefusedError) as refused:
                await work
            assert refused.value.refusal is Refusal.NOT_YOURS
    assert await listed(database, CITY) == [made]


async def test_nobody_takes_a_pairing_over_from_elsewhere(
    database: Database, schools: tuple[Organisation, Organisation]
) -> None:
    """A foreign bureau can't reach a pairing by naming a school of its own in the change."""
    made = await add(database, CITY, typed(schools), NOW)
    foreign = await school(database, "上饶小学", "361102")
    far = replace(CITY, organisation="far", looks_after=RegionCode("361100"))
    with pytest.raises(RefusedError) as refused:
        await change(database, far, made["id"], replace(typed(schools), supporter=foreign.id), NOW)
    assert refused.value.refusal is Refusal.NOT_YOURS
    assert await listed(database, far) == []


@dataclass
class Offices:
    """A bureau over the town's district, one over the village's county, one far from both."""

    town: Acting
    village: Acting
    far: Acting


@pytest.fixture
async def offices(database: Database) -> Offices:
    made = []
    for name, region in (("柯城区", "330802"), ("开化县", "330824"), ("上饶市", "361100")):
        at = await school(database, f"{name}教育局", region, OrganisationKind.BUREAU)
        person = await hired(database, Capacity.BUREAU, at)
        made.append(
            Acting(
                id=person.id,
                capacity=Capacity.BUREAU,
                organisation=at.id,
                looks_after=at.looks_after,
            )
        )
    return Offices(*made)


async def one_of(database: Database, acting: Acting) -> PairingWords:
    """The only pairing that somebody sees."""
    (found,) = await listed(database, acting)
    return found


async def bound(database: Database, schools: tuple[Organisation, Organisation]) -> bool:
    """Whether lessons of both can be planned."""
    found = await PlanChoices(database).of(schools[0].id, NOW.date())
    return len(found.bonds) == 1


async def refused_to(work: Awaitable[object], why: Refusal = Refusal.NOT_YOURS) -> None:
    with pytest.raises(RefusedError) as refused:
        await work
    assert refused.value.refusal is why


async def test_another_offices_school_is_bound_once_that_office_agreed(
    database: Database, schools: tuple[Organisation, Organisation], offices: Offices
) -> None:
    made = await add(database, offices.town, typed(schools), NOW)
    assert (made["state"], made["waits_for"]) == (State.WAITS, "开化县教育局")
    assert (made["may_change"], made["may_agree"], made["may_end"]) == (True, False, True)
    assert not await bound(database, schools)
    seen = await one_of(database, offices.village)
    assert (seen["may_agree"], seen["may_end"]) == (True, True)
    assert await listed(database, offices.far) == []
    for acting in (offices.town, offices.far):
        await refused_to(agree(database, acting, made["id"], NOW))
    await refused_to(end(database, offices.far, made["id"], NOW))
    assert (await agree(database, offices.village, made["id"], NOW))["state"] is State.STANDS
    assert await bound(database, schools)
    await refused_to(agree(database, offices.village, made["id"], NOW), Refusal.PAIRING_UNKNOWN)


async def test_a_declined_pairing_says_by_whom_and_may_be_proposed_again(
    database: Database, schools: tuple[Organisation, Organisation], offices: Offices
) -> None:
    made = await add(database, offices.town, typed(schools), NOW)
    await end(database, offices.village, made["id"], NOW)
    seen = await one_of(database, offices.town)
    assert (seen["state"], seen["ended_by"], seen["waits_for"]) == (
        State.DECLINED,
        "开化县教育局",
        "",
    )
    assert (seen["may_change"], seen["may_agree"], seen["may_end"]) == (False, False, False)
    for acting in (offices.town, offices.village):
        await refused_to(agree(database, acting, made["id"], NOW), Refusal.PAIRING_UNKNOWN)
    again = await add(database, offices.town, typed(schools), NOW)
    assert again["state"] is State.WAITS


async def test_a_withdrawn_proposal_can_be_agreed_to_no_more(
    database: Database, schools: tuple[Organisation, Organisation], offices: Offices
) -> None:
    made = await add(database, offices.town, typed(schools), NOW)
    await end(database, offices.town, made["id"], NOW)
    await refused_to(agree(database, offices.village, made["id"], NOW), Refusal.PAIRING_UNKNOWN)
    assert await listed(database, offices.village) == []


async def test_an_agreement_is_to_what_was_read(
    database: Database, schools: tuple[Organisation, Organisation], offices: Offices
) -> None:
    """Whoever changes a proposal proposes another; the other side changes it by proposing back."""
    first = await add(database, offices.town, typed(schools), NOW)
    longer = replace(typed(schools), ends=date(2035, 8, 31))
    second = await change(database, offices.town, first["id"], longer, NOW)
    await refused_to(agree(database, offices.village, first["id"], NOW), Refusal.PAIRING_UNKNOWN)
    back = await change(database, offices.village, second["id"], typed(schools), NOW)
    assert (back["waits_for"], back["may_agree"]) == ("柯城区教育局", False)
    await refused_to(agree(database, offices.village, back["id"], NOW))
    assert (await agree(database, offices.town, back["id"], NOW))["ends"] == "2028-08-31"


async def test_a_proposal_is_not_turned_into_one_of_other_schools(
    database: Database, schools: tuple[Organisation, Organisation], offices: Offices
) -> None:
    """Its proposer would see it vanish, and the log would not say that it was declined."""
    made = await add(database, offices.town, typed(schools), NOW)
    other = await school(database, "池淮小学", "330824")
    away = replace(typed(schools), supporter=other.id)
    await refused_to(
        change(database, offices.village, made["id"], away, NOW), Refusal.PAIRING_SCHOOLS_PROPOSED
    )
    assert (await one_of(database, offices.town))["id"] == made["id"]


async def test_what_binds_the_other_side_needs_its_agreement_anew(
    database: Database, schools: tuple[Organisation, Organisation], offices: Offices
) -> None:
    made = await add(database, OPERATOR, typed(schools), NOW)
    assert made["state"] is State.STANDS
    forms = replace(typed(schools), forms=tuple(Form))
    changed = await change(database, offices.town, made["id"], forms, NOW)
    assert (changed["id"], changed["state"]) == (made["id"], State.STANDS)
    longer = replace(forms, ends=date(2031, 8, 31))
    wanted = await change(database, offices.town, made["id"], longer, NOW)
    assert (wanted["state"], wanted["instead_of"]) == (State.WAITS, made["id"])
    assert await bound(database, schools)
    assert {one["ends"] for one in await listed(database, offices.village)} == {
        "2028-08-31",
        "2031-08-31",
    }
    await refused_to(
        change(database, offices.village, made["id"], longer, NOW), Refusal.PAIRING_EXISTS
    )
    await agree(database, offices.village, wanted["id"], NOW)
    states = {one["id"]: one["state"] for one in await listed(database, offices.town)}
    assert states == {made["id"]: State.REPLACED, wanted["id"]: State.STANDS}
    assert await bound(database, schools)


async def test_another_school_is_not_bound_by_a_change(
    database: Database, schools: tuple[Organisation, Organisation], offices: Offices
) -> None:
    made = await add(database, OPERATOR, typed(schools), NOW)
    foreign = await school(database, "玉山小学", "361123")
    other = replace(typed(schools), recipient=foreign.id)
    wanted = await change(database, offices.town, made["id"], other, NOW)
    assert (wanted["state"], wanted["waits_for"]) == (State.WAITS, "上饶市教育局")
    await refused_to(agree(database, offices.village, wanted["id"], NOW))
    own = await school(database, "柯城小学", "330802")
    await end(database, offices.town, wanted["id"], NOW)
    here = replace(typed(schools), recipient=own.id)
    kept = await change(database, offices.town, made["id"], here, NOW)
    assert (kept["state"], (await one_of(database, offices.village))["state"]) == (
        State.STANDS,
        State.REPLACED,
    )


async def test_each_side_ends_a_pairing_alone_and_both_are_told(
    database: Database, schools: tuple[Organisation, Organisation], offices: Offices
) -> None:
    made = await add(database, OPERATOR, typed(schools), NOW)
    longer = replace(typed(schools), ends=date(2031, 8, 31))
    await change(database, offices.town, made["id"], longer, NOW)
    await end(database, offices.village, made["id"], NOW)
    for acting in (offices.town, offices.village):
        seen = await one_of(database, acting)
        assert (seen["state"], seen["ended"], seen["ended_by"]) == (
            State.ENDED,
            "2026-09-01",
            "开化县教育局",
        )
    assert not await bound(database, schools)
    for work in (
        change(database, offices.town, made["id"], longer, NOW),
        end(database, offices.town, made["id"], NOW),
    ):
        await refused_to(work, Refusal.PAIRING_UNKNOWN)


async def test_a_school_without_an_office_is_asked_itself(
    database: Database, schools: tuple[Organisation, Organisation]
) -> None:
    near = replace(CITY, looks_after=RegionCode("330802"))
    made = await add(database, near, typed(schools), NOW)
    assert made["waits_for"] == schools[1].name
    head = Acting(
        id="h", capacity=Capacity.SCHOOL_ADMIN, organisation=schools[1].id, looks_after=None
    )
    await refused_to(agree(database, replace(head, organisation=schools[0].id), made["id"], NOW))
    await refused_to(agree(database, replace(head, capacity=Capacity.TEACHER), made["id"], NOW))
    assert (await agree(database, head, made["id"], NOW))["state"] is State.STANDS


async def test_a_school_with_an_office_leaves_it_to_that(
    database: Database, schools: tuple[Organisation, Organisation], offices: Offices
) -> None:
    made = await add(database, offices.town, typed(schools), NOW)
    for one in schools:
        head = Acting(id="h", capacity=Capacity.SCHOOL_ADMIN, organisation=one.id, looks_after=None)
        assert not (await one_of(database, head))["may_agree"]
        await refused_to(agree(database, head, made["id"], NOW))
        await refused_to(end(database, head, made["id"], NOW))


async def test_every_step_is_a_line_with_both_schools(
    database: Database, schools: tuple[Organisation, Organisation], offices: Offices
) -> None:
    made = await add(database, offices.town, typed(schools), NOW)
    await agree(database, offices.village, made["id"], NOW + timedelta(minutes=1))
    await end(database, offices.town, made["id"], NOW + timedelta(minutes=2))
    until = NOW + timedelta(minutes=3)
    lines = await AuditLines(database).seen_by(OPERATOR, Asked(until=until, since=NOW))
    steps = [(one.action, one.subject) for one in lines if "pairing" in one.action]
    both = f"{schools[0].name} – {schools[1].name}"
    assert steps[::-1] == [
        (Action.CHANGE_PAIRING, both),
        (Action.AGREE_PAIRING, both),
        (Action.END_PAIRING, both),
    ]


async def test_both_sides_read_every_step_whoever_took_it(
    database: Database, schools: tuple[Organisation, Organisation], offices: Offices
) -> None:
    made = await add(database, offices.town, typed(schools), NOW)
    await agree(database, offices.village, made["id"], NOW + timedelta(minutes=1))
    await end(database, offices.town, made["id"], NOW + timedelta(minutes=2))
    asked = Asked(until=NOW + timedelta(minutes=3), since=NOW)
    admins = [
        replace(offices.town, capacity=Capacity.SCHOOL_ADMIN, organisation=one.id, looks_after=None)
        for one in schools
    ]
    for acting, steps in (
        *((one, 3) for one in (offices.town, offices.village, *admins)),
        (offices.far, 0),
    ):
        lines = await AuditLines(database).seen_by(acting, asked)
        assert len([one for one in lines if "pairing" in one.action]) == steps, acting
