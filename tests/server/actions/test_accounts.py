from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.access.hashing import Hashing, hashing
from server.actions import organisations
from server.actions.accounts import NewAccount, add
from server.actions.acting import OPERATOR
from server.programme.organisation import OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Capacity
from server.store.accounts import Accounts
from server.store.database import Database, open_database
from tests.support.logged import lines_of

NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path) as opened:
        yield opened


@pytest.fixture
def hashes() -> Iterator[Hashing]:
    with hashing() as opened:
        yield opened


async def school(database: Database, name: str = "尼山小学") -> str:
    typed = organisations.NewOrganisation(kind=OrganisationKind.SCHOOL, name=name, region="330802")
    return (await organisations.add(database, OPERATOR, typed, NOW))["id"]


def new(
    organisation: str, login: str = "Li.Si", capacity: Capacity = Capacity.TEACHER
) -> NewAccount:
    return NewAccount(name="李四", login=login, capacity=capacity, organisation=organisation)


async def test_a_school_adds_its_own_teachers(database: Database, hashes: Hashing) -> None:
    here = await school(database)
    acting = Acting(id="a", capacity=Capacity.SCHOOL_ADMIN, organisation=here, looks_after=None)
    made = await add(database, hashes, acting, new(here), NOW)
    assert (made["login"], made["capacities"]) == ("li.si", ["teacher · 尼山小学"])
    assert await lines_of(database, made["id"]) == [(NOW, "a", Action.CHANGE_STAFF)]
    person = await Accounts(database).by_login("li.si")
    assert person is not None
    assert person.id == made["id"]


@pytest.mark.parametrize(
    ("login", "capacity", "why"),
    [
        ("李四", Capacity.TEACHER, Refusal.LOGIN_UNFIT),
        ("zhang.san", Capacity.TEACHER, Refusal.LOGIN_TAKEN),
        ("li.si", Capacity.BUREAU, Refusal.CAPACITY_ELSEWHERE),
        ("li.si", Capacity.PUPIL, Refusal.CAPACITY_ELSEWHERE),
        ("li.si", Capacity.ADMIN, Refusal.NOT_YOURS),
    ],
)
async def test_what_is_wrong_is_refused_and_nothing_changed(
    database: Database, hashes: Hashing, login: str, capacity: Capacity, why: Refusal
) -> None:
    here = await school(database)
    acting = Acting(id="a", capacity=Capacity.SCHOOL_ADMIN, organisation=here, looks_after=None)
    await add(database, hashes, acting, new(here, "zhang.san"), NOW)
    with pytest.raises(RefusedError) as refused:
        await add(database, hashes, acting, new(here, login, capacity), NOW)
    assert refused.value.refusal is why
    assert await Accounts(database).by_login("li.si") is None


async def test_another_schools_staff_is_not_ones_own(database: Database, hashes: Hashing) -> None:
    here, other = await school(database), await school(database, "兴华中学")
    acting = Acting(id="a", capacity=Capacity.SCHOOL_ADMIN, organisation=here, looks_after=None)
    for place, why in ((other, Refusal.NOT_YOURS), ("none", Refusal.ORGANISATION_UNKNOWN)):
        with pytest.raises(RefusedError) as refused:
            await add(database, hashes, acting, new(place), NOW)
        assert refused.value.refusal is why
