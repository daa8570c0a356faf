"""Schools and offices: make one, change one, list them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from server.access.ids import uuid7
from server.actions.acting import check, concern, entry
from server.programme.organisation import OFFICES, Organisation, OrganisationKind, named
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import region
from server.programme.rights import Acting, Action, Reach, reach
from server.store.database import Database
from server.store.organisations import Organisations


@dataclass(frozen=True, kw_only=True)
class NewOrganisation:
    """What somebody typed."""

    kind: OrganisationKind
    """What it is."""
    name: str
    """What people call it."""
    region: str
    """The six-digit code of where it lies."""


class OrganisationWords(TypedDict):
    """An organisation as commands and pages are given it."""

    id: str
    kind: str
    name: str
    region: str


async def add(
    database: Database, acting: Acting, new: NewOrganisation, now: datetime
) -> OrganisationWords:
    """Make an organisation.

    Raises:
        RefusedError: its name or region is none, it is there already, or this is not allowed.
    """
    made = Organisation(id=uuid7(), kind=new.kind, name=named(new.name), region=region(new.region))
    action = Action.CHANGE_ORGANISATION
    check(acting, action, concern(made))
    await Organisations(database).add(made, entry(acting, action, now))
    return _words(made)


async def change(
    database: Database, acting: Acting, organisation: str, typed: NewOrganisation, now: datetime
) -> OrganisationWords:
    """Give an organisation another name or region; of what kind it is stays.

    Raises:
        RefusedError: there is none, what was typed is unfit, or this is not allowed.
    """
    action, before = Action.CHANGE_ORGANISATION, await found(database, organisation)
    after = replace(before, name=named(typed.name), region=region(typed.region))
    if after.region != before.region and organisation == acting.organisation:
        raise RefusedError(Refusal.REGION_FIXED)
    for one in (before, after):
        check(acting, action, concern(one))
    await Organisations(database).change(after, entry(acting, action, now))
    return _words(after)


async def found(database: Database, organisation: str) -> Organisation:
    """One by its id.

    Raises:
        RefusedError: there is none.
    """
    one = await Organisations(database).find(organisation)
    if one is None:
        raise RefusedError(Refusal.ORGANISATION_UNKNOWN)
    return one


async def places(database: Database, acting: Acting, action: Action) -> list[OrganisationWords]:
    """Where somebody may do something: what a form lets them choose."""
    return [_words(one) for one in await Organisations(database).reached(acting, action)]


async def elsewhere(database: Database, acting: Acting, name: str, code: str) -> OrganisationWords:
    """The school that somebody knows by its whole name and its region, to propose a pairing to.

    Schools that one does not look after are never listed, only found by who knows them.

    Raises:
        RefusedError: there is none, what was typed is unfit, or one pairs nobody.
    """
    if reach(acting.capacity, Action.CHANGE_PAIRING) is Reach.NONE:
        raise RefusedError(Refusal.NOT_YOURS)
    one = await Organisations(database).named(named(name), region(code))
    if one is None or one.kind in OFFICES:
        raise RefusedError(Refusal.PAIRING_SCHOOL_UNKNOWN)
    return _words(one)


def may_add(acting: Acting) -> bool:
    """Whether somebody makes organisations at all; their own is there already."""
    return reach(acting.capacity, Action.CHANGE_ORGANISATION) >= Reach.REGION


async def listed(database: Database, acting: Acting) -> list[OrganisationWords]:
    """The organisations that somebody may see, by region and name."""
    return [
        _words(one)
        for one in await Organisations(database).reached(acting, Action.SEE_ORGANISATION)
    ]


def _words(organisation: Organisation) -> OrganisationWords:
    return OrganisationWords(
        id=organisation.id,
        kind=organisation.kind,
        name=organisation.name,
        region=organisation.region,
    )
