"""People who sign in: make an account, give it a capacity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from server.access.first_password import ends, fresh_first_password
from server.access.hashing import Hashing
from server.access.ids import uuid7
from server.actions.acting import concern, entry
from server.actions.organisations import found
from server.programme.deed import Deed
from server.programme.organisation import named
from server.programme.people import Appointment, Person, check_place, login_name
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import APPOINTS, Acting, Action, Capacity, may_appoint
from server.store.accounts import Accounts, FirstPassword
from server.store.credentials import Credentials
from server.store.database import Database


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
    first_password: str
    """What they sign in with the first time, told once."""


async def add(
    database: Database, hashing: Hashing, acting: Acting, new: NewAccount, now: datetime
) -> AccountWords:
    """Make an account that acts in one capacity.

    Raises:
        RefusedError: what was typed is unfit, the sign-in name is taken, there is no such place,
            or this is not allowed.
    """
    person = Person(id=uuid7(), name=named(new.name), login=login_name(new.login))
    held = await _appointment(database, acting, person, new)
    accounts, password = Accounts(database), fresh_first_password()
    proof = FirstPassword(password=await hashing.hash(password), until=ends(now))
    await accounts.add(person, held, proof, entry(acting, Action.CHANGE_STAFF, now))
    return await _words(accounts, person, password)


async def give_first_password(
    database: Database, hashing: Hashing, acting: Acting, login: str, now: datetime
) -> AccountWords:
    """Give somebody a new first password; what they proved themselves by before is over.

    Raises:
        RefusedError: there is no such account, or one of its capacities is none that the acting
            one may give.
    """
    if acting.capacity not in APPOINTS:
        raise RefusedError(Refusal.NOT_YOURS)  # before they learn whether there is such a name
    accounts = Accounts(database)
    person = await accounts.by_login(login_name(login))
    if person is None:
        raise RefusedError(Refusal.ACCOUNT_UNKNOWN)
    check_proof(acting, await accounts.appointments(person.id))
    password = fresh_first_password()
    hashed, line = await hashing.hash(password), entry(acting, Action.CHANGE_STAFF, now)
    lost = entry(acting, Deed.LOSE_SECOND_FACTOR, now)
    await Credentials(database).give_first(person.id, hashed, ends(now), line, lost)
    return await _words(accounts, person, password)


def check_proof(acting: Acting, held: Sequence[Appointment]) -> None:
    """Go on only if the acting one may say what somebody proves themselves by.

    Whoever acts as them acts in everything that they hold, at other schools too.

    Raises:
        RefusedError: one of the capacities that somebody holds is not theirs to give.
    """
    if not held or not all(
        may_appoint(acting, one.capacity, concern(one.organisation)) for one in held
    ):
        raise RefusedError(Refusal.NOT_YOURS)


async def _appointment(
    database: Database, acting: Acting, person: Person, new: NewAccount
) -> Appointment:
    organisation = await found(database, new.organisation)
    check_place(new.capacity, organisation)
    if not may_appoint(acting, new.capacity, concern(organisation)):
        raise RefusedError(Refusal.NOT_YOURS)
    return Appointment(person=person.id, capacity=new.capacity, organisation=organisation)


async def _words(accounts: Accounts, person: Person, password: str) -> AccountWords:
    held = await accounts.appointments(person.id)
    return AccountWords(
        id=person.id,
        name=person.name,
        login=person.login,
        capacities=[f"{one.capacity} · {one.organisation.name}" for one in held],
        first_password=password,
    )
