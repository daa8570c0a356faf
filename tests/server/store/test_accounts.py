from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.programme.organisation import Organisation, OrganisationKind
from server.programme.people import Appointment, Person
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity
from server.store.accounts import Accounts, FirstPassword
from server.store.audit import Entry
from server.store.database import open_database
from server.store.organisations import Organisations

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ADMIN = Acting(id="a", capacity=Capacity.ADMIN, organisation="o", looks_after=None)
PLACES = [
    Organisation(id=name, kind=OrganisationKind.SCHOOL, name=name, region=RegionCode("330802"))
    for name in ("一小", "二小")
]
PROOF = FirstPassword(password="hash", until=NOW)
WANG = Person(id="w", name="王五", login="wang")


def line(number: int) -> Entry:
    return Entry(id=str(number), at=NOW, acting=ADMIN, action=Action.CHANGE_STAFF)


def held(capacity: Capacity, place: int) -> Appointment:
    return Appointment(person=WANG.id, capacity=capacity, organisation=PLACES[place])


async def test_one_person_holds_several_capacities(tmp_path: Path) -> None:
    first, second = held(Capacity.TEACHER, 0), held(Capacity.SCHOOL_ADMIN, 1)
    async with open_database(tmp_path) as database:
        for number, place in enumerate(PLACES):
            await Organisations(database).add(place, line(number))
        accounts = Accounts(database)
        await accounts.add(WANG, first, PROOF, line(2))
        for number in (3, 4):
            await accounts.appoint(second, line(number))
        assert await accounts.by_login("wang") == WANG
        assert await accounts.appointments(WANG.id) == [first, second]
        assert await accounts.appointments("nobody") == []


async def test_a_sign_in_name_is_given_once_and_nothing_is_half_kept(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        for number, place in enumerate(PLACES):
            await Organisations(database).add(place, line(number))
        accounts = Accounts(database)
        await accounts.add(WANG, held(Capacity.TEACHER, 0), PROOF, line(2))
        other = Person(id="x", name="王六", login="wang")
        same = Appointment(person="x", capacity=Capacity.TEACHER, organisation=PLACES[0])
        with pytest.raises(RefusedError) as refused:
            await accounts.add(other, same, PROOF, line(3))
        assert refused.value.refusal is Refusal.LOGIN_TAKEN
        assert await accounts.appointments("x") == []
