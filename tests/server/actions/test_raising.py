from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.actions.acting import concern
from server.actions.class_groups import TypedClassGroup, add, listed
from server.actions.raising import Wanted, done, tried
from server.programme.class_group import Closing, Keeping
from server.programme.organisation import Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Capacity, may
from server.store.database import Database, open_database
from tests.support.capacities import everybody
from tests.support.logged import lines_of
from tests.support.staff import school

NOW = datetime(2026, 8, 31, tzinfo=UTC)
AS_IT_IS = Wanted(top=None, stay=frozenset(), after=None)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


@pytest.fixture
async def here(database: Database) -> Organisation:
    """A school with a class of the first, the fifth and the sixth grade."""
    made = await school(database)
    for name in ("601", "501", "101"):
        typed = TypedClassGroup(name=name, keeping=Keeping.NUMBERS, expected=24, class_teacher=None)
        await add(database, admin(made), made.id, typed, NOW)
    return made


def admin(here: Organisation) -> Acting:
    return Acting(id="a", capacity=Capacity.SCHOOL_ADMIN, organisation=here.id, looks_after=None)


async def names(database: Database, here: Organisation) -> list[str]:
    """Of the classes that are open."""
    return [one["name"] for one in await listed(database, admin(here)) if one["closed"] is None]


async def test_it_is_tried_without_a_change_and_then_done(
    database: Database, here: Organisation
) -> None:
    told = await tried(database, admin(here), here.id, AS_IT_IS, NOW)
    assert (told["top"], told["year"], told["last"], told["fits"]) == (6, 2026, None, True)
    assert [(one["name"], one["to"]) for one in told["classes"]] == [
        ("六(1)班", None),
        ("五(1)班", "六(1)班"),
        ("一(1)班", "二(1)班"),
    ]
    assert await names(database, here) == ["一(1)班", "五(1)班", "六(1)班"]
    made = await done(database, admin(here), here.id, AS_IT_IS, NOW)
    assert made == told
    assert await names(database, here) == ["二(1)班", "六(1)班"]
    ends = [one["closed_how"] for one in await listed(database, admin(here)) if one["closed"]]
    assert ends == [Closing.GRADUATED]
    log = [action for _, _, action in await lines_of(database, here.id)]
    assert log.count(Action.RAISE_GRADES) == 1


async def test_twice_in_a_school_year_is_done_only_by_whoever_knows_of_the_first(
    database: Database, here: Organisation
) -> None:
    await done(database, admin(here), here.id, AS_IT_IS, NOW)
    later = NOW + timedelta(days=20)
    told = await tried(database, admin(here), here.id, AS_IT_IS, later)
    assert told["last"] == NOW.isoformat()
    for after in (None, later.isoformat()):
        with pytest.raises(RefusedError) as refused:
            await done(database, admin(here), here.id, replace(AS_IT_IS, after=after), later)
        assert refused.value.refusal is Refusal.RAISE_DONE
        assert refused.value.data == {"day": "2026-08-31"}
    assert await names(database, here) == ["二(1)班", "六(1)班"]
    knowing = replace(AS_IT_IS, after=told["last"])
    await done(database, admin(here), here.id, knowing, later)
    assert await names(database, here) == ["三(1)班"]
    next_year = NOW + timedelta(days=330)
    assert (await tried(database, admin(here), here.id, AS_IT_IS, next_year))["last"] is None
    await done(database, admin(here), here.id, AS_IT_IS, next_year)
    assert await names(database, here) == ["四(1)班"]


async def test_a_class_that_stays_is_told_and_so_is_whoever_would_take_its_name(
    database: Database, here: Organisation
) -> None:
    groups = {one["name"]: one["id"] for one in await listed(database, admin(here))}
    wanted = replace(AS_IT_IS, stay=frozenset({groups["六(1)班"]}))
    told = await tried(database, admin(here), here.id, wanted, NOW)
    assert not told["fits"]
    assert [(one["name"], one["stays"], one["taken"]) for one in told["classes"]] == [
        ("五(1)班", False, True),
        ("一(1)班", False, False),
        ("六(1)班", True, False),
    ]
    with pytest.raises(RefusedError) as refused:
        await done(database, admin(here), here.id, wanted, NOW)
    assert refused.value.refusal is Refusal.RAISE_NAME_TAKEN
    assert await names(database, here) == ["一(1)班", "五(1)班", "六(1)班"]


async def test_only_those_raise_grades_who_may(database: Database, here: Organisation) -> None:
    for acting in everybody(here):
        if may(acting, Action.RAISE_GRADES, concern(here)):
            await tried(database, acting, here.id, AS_IT_IS, NOW)
            continue
        for work in (tried, done):
            with pytest.raises(RefusedError) as refused:
                await work(database, acting, here.id, AS_IT_IS, NOW)
            assert refused.value.refusal is Refusal.NOT_YOURS
    assert await names(database, here) == ["一(1)班", "五(1)班", "六(1)班"]
