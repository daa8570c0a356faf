"""People who sign in: make an account, give it a capacity."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from server.access.ids import uuid7
from server.actions.acting import concern, entry
from server.programme.organisation import Organisation, named
from server.programme.people import Appointment, Person, check_place, login_name
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Capacity, may_appoint
from server.store.accounts import Accounts
from server.store.database import Database
from server.store.organisations import Organisations


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """What somebody typed."""

    name: str
    """What people call them."""
    login: str
    """What they are to sign in with."""
    capacity: Capacity
    """In what they are to act."""
    organisation: str
    """The id of where."""


class AccountWords(TypedDict):
    """An account as commands and pages are given it."""

    id: str
    name: str
    login: str
    capacities: list[str]
    """Each with the name of its organisation."""


async def add(database: Database, acting: Acting, new: NewAccount, now: datetime) -> AccountWords:
    """Make an account that acts in one capacity.

    Raises:
        RefusedError: what was typed is unfit, the sign-in name is taken, there is no such place,
            or this is not allowed.
    """
    person = Person(id=uuid7(), name=named(new.name), login=login_name(new.login))
    held = await _appointment(database, acting, person, new)
    accounts = Accounts(database)
    await accounts.add(person, held, entry(acting, Action.CHANGE_STAFF, now))
    return await _words(accounts, person)


async def _appointment(
    database: Database, acting: Acting, person: Person, new: NewAccount
) -> Appointment:
    organisation = await _organisation(database, new.organisation)
    check_place(new.capacity, organisation)
    if not may_appoint(acting, new.capacity, concern(organisation)):
        raise RefusedError(Refusal.NOT_YOURS)
    return Appointment(person=person.id, capacity=new.capacity, organisation=organisation)


async def _organisation(database: Database, organisation: str) -> Organisation:
    found = await Organisations(database).find(organisation)
    if found is None:
        raise RefusedError(Refusal.ORGANISATION_UNKNOWN)
    return found


async def _words(accounts: Accounts, person: Person) -> AccountWords:
    held = await accounts.appointments(person.id)
    return AccountWords(
        id=person.id,
        name=person.name,
        login=person.login,
        capacities=[f"{one.capacity} · {one.organisation.name}" for one in held],
    )
