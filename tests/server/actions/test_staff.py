from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.actions.acting import OPERATOR, concern
from server.actions.staff import Post, give, listed, take
from server.programme.organisation import Organisation
from server.programme.people import Person
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Capacity, may_appoint
from server.store.accounts import Accounts
from server.store.database import Database, open_database
from tests.support.capacities import everybody
from tests.support.staff import hired, school

NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


def post(person: Person, at: Organisation, capacity: Capacity = Capacity.TECHNICIAN) -> Post:
    return Post(login=person.login.upper(), capacity=capacity, organisation=at.id)


def admin(person: Person, at: Organisation) -> Acting:
    return Acting(
        id=person.id, capacity=Capacity.SCHOOL_ADMIN, organisation=at.id, looks_after=None
    )


async def held(database: Database, person: Person) -> set[Capacity]:
    return {one.capacity for one in await Accounts(database).appointments(person.id)}


async def test_a_capacity_is_given_and_taken(database: Database) -> None:
    here = await school(database)
    boss = await hired(database, Capacity.SCHOOL_ADMIN, here, "校长")
    wang = await hired(database, Capacity.TEACHER, here)
    for _ in range(2):
        await give(database, admin(boss, here), post(wang, here), NOW)
    assert await held(database, wang) == {Capacity.TEACHER, Capacity.TECHNICIAN}
    await take(database, admin(boss, here), post(wang, here), NOW)
    assert await held(database, wang) == {Capacity.TEACHER}


async def test_nobody_takes_from_themselves_what_they_act_in(database: Database) -> None:
    here = await school(database)
    boss = await hired(database, Capacity.SCHOOL_ADMIN, here, "校长")
    with pytest.raises(RefusedError) as refused:
        await take(database, admin(boss, here), post(boss, here, Capacity.SCHOOL_ADMIN), NOW)
    assert refused.value.refusal is Refusal.CAPACITY_IN_USE


async def test_what_is_wrong_is_refused(database: Database) -> None:
    here = await school(database)
    boss = await hired(database, Capacity.SCHOOL_ADMIN, here, "校长")
    nobody = Person(id="x", name="x", login="nobody")
    wrong = {
        Refusal.ACCOUNT_UNKNOWN: post(nobody, here),
        Refusal.NOT_YOURS: post(boss, here, Capacity.BUREAU),
    }
    for why, one in wrong.items():
        with pytest.raises(RefusedError) as refused:
            await give(database, admin(boss, here), one, NOW)
        assert refused.value.refusal is why
    with pytest.raises(RefusedError) as refused:
        await give(database, OPERATOR, post(boss, here, Capacity.BUREAU), NOW)
    assert refused.value.refusal is Refusal.CAPACITY_ELSEWHERE


@pytest.mark.parametrize("capacity", [Capacity.TEACHER, Capacity.SCHOOL_ADMIN])
async def test_only_those_give_and_take_who_may(database: Database, capacity: Capacity) -> None:
    here = await school(database)
    wang = await hired(database, capacity, here)
    for acting in everybody(here):
        if may_appoint(acting, capacity, concern(here)):
            await take(database, acting, post(wang, here, capacity), NOW)
            await give(database, acting, post(wang, here, capacity), NOW)
            continue
        for work in (give, take):
            with pytest.raises(RefusedError) as refused:
                await work(database, acting, post(wang, here, capacity), NOW)
            assert refused.value.refusal is Refusal.NOT_YOURS
    assert await held(database, wang) == {capacity}


async def test_sign_in_names_are_told_to_those_alone_who_change_staff(database: Database) -> None:
    here = await school(database)
    boss = await hired(database, Capacity.SCHOOL_ADMIN, here, "校长")
    wang = await hired(database, Capacity.TEACHER, here)
    seen = await listed(database, admin(boss, here), " 王", None)
    (shown,) = seen["staff"]
    assert (shown["name"], shown["login"], seen["more"]) == ("王老师", wang.login, False)
    assert [one["may_take"] for one in shown["held"]] == [True]
    assert Capacity.BUREAU not in seen["gives"]
    colleague = Acting(
        id=wang.id, capacity=Capacity.TEACHER, organisation=here.id, looks_after=None
    )
    seen = await listed(database, colleague, "", None)
    assert {one["login"] for one in seen["staff"]} == {None}
    guessed = await listed(database, colleague, wang.login, None)
    assert guessed["staff"] == []
    assert (await listed(database, admin(boss, here), wang.login, None))["staff"] == [shown]
    assert seen["gives"] == []
    own = (await listed(database, admin(boss, here), "校长", None))["staff"][0]["held"][0]
    assert not own["may_take"]
