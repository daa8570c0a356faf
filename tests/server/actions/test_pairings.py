from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from server.actions.acting import concern
from server.actions.pairings import TypedPairing, add, change, listed
from server.programme.organisation import Organisation
from server.programme.pairing import Form
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode, Scope
from server.programme.rights import Acting, Action, Capacity, may
from server.store.database import Database, open_database
from tests.support.capacities import everybody
from tests.support.staff import school

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
