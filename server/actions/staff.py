"""Who works where: list them, give and take capacities."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from server.actions.acting import concern, entry
from server.actions.organisations import found as organisation_found
from server.programme.people import Appointment, check_place, login_name
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import APPOINTS, Acting, Action, Capacity, may, may_appoint
from server.store.accounts import Accounts
from server.store.database import Database
from server.store.staff import MOST_SHOWN, Colleague, Staff


@dataclass(frozen=True, kw_only=True)
class Post:
    """One capacity of somebody at one organisation."""

    login: str
    """What they sign in with."""
    capacity: Capacity
    """Which."""
    organisation: str
    """The id of where."""


class HeldWords(TypedDict):
    """One capacity that somebody holds."""

    capacity: Capacity
    organisation: str
    organisation_name: str
    may_take: bool


class ColleagueWords(TypedDict):
    """Somebody who works where the asking one may see it."""

    id: str
    name: str
    login: str | None
    """Told to those alone who may change where they work."""
    held: list[HeldWords]


class StaffWords(TypedDict):
    """A list of staff as pages are given it."""

    staff: list[ColleagueWords]
    more: bool
    """Whether there are more than are shown."""
    gives: list[Capacity]
    """What the asking one may make somebody."""


async def listed(
    database: Database, acting: Acting, part: str, organisation: str | None
) -> StaffWords:
    """Those whom somebody may see, by name."""
    seen = await Staff(database).seen_by(acting, part.strip(), organisation)
    return StaffWords(
        staff=[_words(acting, one) for one in seen[:MOST_SHOWN]],
        more=len(seen) > MOST_SHOWN,
        gives=sorted(APPOINTS.get(acting.capacity, ())),
    )


async def give(database: Database, acting: Acting, post: Post, now: datetime) -> None:
    """Give somebody who has an account one more capacity.

    Raises:
        RefusedError: there is no such account, place or capacity there, or this is not allowed.
    """
    held = await _appointment(database, acting, post)
    check_place(held.capacity, held.organisation)
    await Accounts(database).appoint(held, entry(acting, Action.CHANGE_STAFF, now))


async def take(database: Database, acting: Acting, post: Post, now: datetime) -> None:
    """Take a capacity from somebody; their account stays.

    Raises:
        RefusedError: as `give`, or it is the one in which they act.
    """
    held = await _appointment(database, acting, post)
    if _acts_in(acting, held):
        raise RefusedError(Refusal.CAPACITY_IN_USE)
    await Staff(database).dismiss(held, entry(acting, Action.CHANGE_STAFF, now))


async def _appointment(database: Database, acting: Acting, post: Post) -> Appointment:
    organisation = await organisation_found(database, post.organisation)
    if not may_appoint(acting, post.capacity, concern(organisation)):
        raise RefusedError(Refusal.NOT_YOURS)
    person = await Accounts(database).by_login(login_name(post.login))
    if person is None:
        raise RefusedError(Refusal.ACCOUNT_UNKNOWN)
    return Appointment(person=person.id, capacity=post.capacity, organisation=organisation)


def _acts_in(acting: Acting, held: Appointment) -> bool:
    return (held.person, held.capacity, held.organisation.id) == (
        acting.id,
        acting.capacity,
        acting.organisation,
    )


def _words(acting: Acting, colleague: Colleague) -> ColleagueWords:
    person, held = colleague
    changes = any(may(acting, Action.CHANGE_STAFF, concern(one.organisation)) for one in held)
    return ColleagueWords(
        id=person.id,
        name=person.name,
        login=person.login if changes else None,
        held=[_held(acting, one) for one in held],
    )


def _held(acting: Acting, one: Appointment) -> HeldWords:
    return HeldWords(
        capacity=one.capacity,
        organisation=one.organisation.id,
        organisation_name=one.organisation.name,
        may_take=may_appoint(acting, one.capacity, concern(one.organisation))
        and not _acts_in(acting, one),
    )
