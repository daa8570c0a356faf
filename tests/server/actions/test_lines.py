from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.actions.acting import OPERATOR, concern
from server.actions.lines import history, listed, set_budget, take_test
from server.programme.link import LinkTest, SchoolStep
from server.programme.organisation import OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action, Reach, may, reach
from server.store.database import Database, open_database
from server.store.links import Links
from signaling.events import LinkReason, LinkStep
from tests.support.capacities import everybody
from tests.support.logged import lines_of
from tests.support.screens import classroom, screen
from tests.support.staff import school

NOW = datetime(2026, 9, 1, tzinfo=UTC)
TEST = LinkTest(
    websocket=True, media=True, down_kbps=900.0, up_kbps=400.0, loss_down=0.0, loss_up=0.0
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


async def test_only_those_change_a_line_who_may_and_each_change_is_logged(
    database: Database,
) -> None:
    here, changed = await school(database), 0
    for acting in everybody(here):
        if may(acting, Action.CHANGE_LINK, concern(here)):
            told = await set_budget(database, acting, here.id, "2000", "500", NOW)
            assert (told["down_kbps"], told["up_kbps"], told["origin"]) == (2000, 500, "typed")
            changed += 1
        else:
            with pytest.raises(RefusedError, match=Refusal.NOT_YOURS):
                await set_budget(database, acting, here.id, "1", "1", NOW)
    done = [action for _, _, action in await lines_of(database, here.id)]
    assert done.count(Action.CHANGE_LINK) == changed > 0


async def test_who_sees_equipment_sees_lines_and_their_history(database: Database) -> None:
    here = await school(database)
    for acting in everybody(here):
        if reach(acting.capacity, Action.SEE_DEVICES) is Reach.NONE:
            with pytest.raises(RefusedError, match=Refusal.NOT_YOURS):
                await listed(database, acting, NOW)
            continue
        sees = may(acting, Action.SEE_DEVICES, concern(here))
        assert [one["id"] for one in await listed(database, acting, NOW)] == (
            [here.id] if sees else []
        )
        if not sees:
            with pytest.raises(RefusedError, match=Refusal.NOT_YOURS):
                await history(database, acting, here.id, 7, NOW)


async def test_an_office_has_no_line(database: Database) -> None:
    office = await school(database, "教育局", kind=OrganisationKind.BUREAU)
    assert await listed(database, OPERATOR, NOW) == []
    with pytest.raises(RefusedError, match=Refusal.ORGANISATION_UNKNOWN):
        await set_budget(database, OPERATOR, office.id, "2000", "500", NOW)


async def test_a_number_that_is_none_changes_nothing(database: Database) -> None:
    here = await school(database)
    with pytest.raises(RefusedError, match=Refusal.LINK_NUMBER_UNFIT):
        await set_budget(database, OPERATOR, here.id, "2000", "fast", NOW)
    [told] = await listed(database, OPERATOR, NOW)
    assert (told["down_kbps"], told["at"], told["may_change"]) == (None, None, True)


async def test_the_test_of_a_screen_counts_until_somebody_has_typed(database: Database) -> None:
    here = await school(database)
    wall = await screen(database, await classroom(database, here))
    assert await take_test(database, wall, TEST, NOW)
    assert not await take_test(database, wall, replace(TEST, media=False), NOW)
    assert await take_test(database, wall, replace(TEST, up_kbps=300.0), NOW)
    [told] = await listed(database, OPERATOR, NOW)
    assert (told["down_kbps"], told["up_kbps"], told["origin"]) == (900, 300, "test")
    await set_budget(database, OPERATOR, here.id, "2000", "500", NOW)
    assert not await take_test(database, wall, TEST, NOW)
    [told] = await listed(database, OPERATOR, NOW)
    assert (told["down_kbps"], told["origin"]) == (2000, "typed")
    lines = await lines_of(database, here.id)
    actors = [actor for _, actor, action in lines if action is Action.CHANGE_LINK]
    assert actors == [wall.classroom.id, wall.classroom.id, OPERATOR.id]


async def test_a_history_says_what_was_sent_in_its_days(database: Database) -> None:
    here = await school(database)
    step = SchoolStep(
        id=uuid7(),
        school=here.id,
        lesson="lesson",
        at=NOW - timedelta(hours=2),
        step=LinkStep.STILLS,
        reason=LinkReason.LOSS,
        available_kbps=None,
    )
    await Links(database).note([step])
    told = await history(database, OPERATOR, here.id, 1, NOW)
    assert told["since"] == (NOW - timedelta(days=1)).isoformat()
    assert told["steps"] == [(step.at.isoformat(), "lesson", "stills", "loss", None)]


async def test_the_list_says_how_the_last_seven_days_went(database: Database) -> None:
    here, idle = await school(database), await school(database, "齐溪镇中心小学")
    told = (
        ("a", 8 * 24, LinkStep.STILLS, LinkReason.LOSS),
        ("b", 50, LinkStep.STILLS, LinkReason.LOSS),
        ("b", 49.5, LinkStep.HIGH, LinkReason.ENOUGH),
        ("c", 20, LinkStep.LOW, LinkReason.NARROW),
        ("d", 4, LinkStep.LOW, LinkReason.ENOUGH),
    )
    await Links(database).note(
        SchoolStep(
            id=uuid7(),
            school=here.id,
            lesson=lesson,
            at=NOW - timedelta(hours=hours),
            step=step,
            reason=reason,
            available_kbps=None,
        )
        for lesson, hours, step, reason in told
    )
    recent = {one["id"]: one["recent"] for one in await listed(database, OPERATOR, NOW)}
    last = (NOW - timedelta(hours=50)).isoformat()
    assert recent[here.id] == {"lessons": 3, "stills": 1, "low": 2, "last": last}
    assert recent[idle.id] == {"lessons": 0, "stills": 0, "low": 0, "last": None}
    later = await listed(database, OPERATOR, NOW + timedelta(days=6))
    last = (NOW - timedelta(hours=20)).isoformat()
    assert later[0]["recent"] == {"lessons": 2, "stills": 0, "low": 1, "last": last}
