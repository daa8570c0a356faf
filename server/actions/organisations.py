"""Schools and offices: make one, list them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from server.access.ids import uuid7
from server.actions.acting import check, concern, entry
from server.programme.organisation import Organisation, OrganisationKind, named
from server.programme.region import region
from server.programme.rights import Acting, Action
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


async def listed(database: Database, acting: Acting) -> list[OrganisationWords]:
    """The organisations that somebody may see, by region and name."""
    return [_words(one) for one in await Organisations(database).seen_by(acting)]


def _words(organisation: Organisation) -> OrganisationWords:
    return OrganisationWords(
        id=organisation.id,
        kind=organisation.kind,
        name=organisation.name,
        region=organisation.region,
    )
