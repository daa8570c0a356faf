from datetime import timedelta
from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.actions.timetable import plan
from server.programme.link import LinkBudget, Origin, SchoolStep
from server.programme.rights import Action
from server.store import links as module
from server.store.database import open_database
from server.store.links import KEPT, Links
from signaling.events import LinkReason, LinkStep
from tests.support.logged import lines_of
from tests.support.paired import NOW, paired
from tests.support.staff import school

BUDGET = LinkBudget(down_kbps=2000, up_kbps=500, origin=Origin.TYPED, at=NOW)
LINE = entry(OPERATOR, Action.CHANGE_LINK, NOW)


def step(at: str, days: float, to: LinkStep = LinkStep.LOW, kbps: int | None = 300) -> SchoolStep:
    return SchoolStep(
        id=uuid7(),
        school=at,
        lesson="lesson",
        at=NOW + timedelta(days=days),
        step=to,
        reason=LinkReason.NARROW,
        available_kbps=kbps,
    )


async def test_a_school_has_one_budget_and_each_change_of_it_is_logged(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        here, links = (await school(database)).id, Links(database)
        assert await links.budget(here) is None
        assert await links.newest() is None
        await links.keep(here, BUDGET, LINE)
        later = LinkBudget(
            down_kbps=900, up_kbps=400, origin=Origin.TEST, at=NOW + timedelta(days=1)
        )
        await links.keep(here, later, entry(OPERATOR, Action.CHANGE_LINK, later.at))
        assert await links.budget(here) == later
        assert await links.newest() == later.at
        done = [action for _, _, action in await lines_of(database, here)]
        assert done.count(Action.CHANGE_LINK) == 2


async def test_the_rooms_of_a_lesson_have_the_budgets_of_their_schools(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        links = Links(schools.database)
        made = await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
        assert await links.of_lesson(made.id) == {}
        await links.keep(schools.village.school.id, BUDGET, LINE)
        assert await links.of_lesson(made.id) == {made.rooms[1].participant: BUDGET}


async def test_steps_are_read_from_a_day_on_with_the_one_that_stood_before(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        here, links = (await school(database)).id, Links(database)
        beside = (await school(database, "齐溪镇中心小学")).id
        mine = [step(here, days) for days in (0, 1, 3)] + [step(here, 4, LinkStep.HIGH, None)]
        await links.note([*mine, step(beside, 2)])
        assert await links.steps(here, NOW + timedelta(days=2)) == mine[1:]
        assert await links.steps(here, NOW - timedelta(days=1)) == mine


async def test_old_steps_and_too_many_of_a_school_are_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    async with open_database(tmp_path) as database:
        here, links = (await school(database)).id, Links(database)
        beside = (await school(database, "齐溪镇中心小学")).id
        await links.note([step(beside, 0), step(here, 0), step(here, 1)])
        last = [step(here, KEPT.days + days) for days in (0.5, 2)]
        await links.note(last)
        assert await links.steps(here, NOW) == last
        more = [step(here, KEPT.days + days) for days in (3, 4)]
        await links.note(more)
        assert await links.steps(here, NOW) == [last[1], *more]
        assert len(await links.steps(beside, NOW)) == 1
