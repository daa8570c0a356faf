"""Who supports whom: make a pairing, change one, list them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from server.access.ids import uuid7
from server.actions.acting import check as check_right
from server.actions.acting import concern, entry
from server.actions.organisations import found as organisation_found
from server.programme.pairing import Form, Pairing, check
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import Scope
from server.programme.rights import Acting, Action, may
from server.store.database import Database
from server.store.pairings import Pairings


@dataclass(frozen=True, kw_only=True)
class TypedPairing:
    """What somebody typed; how far apart the schools lie is worked out."""

    supporter: str
    """The id of the school whose teachers teach."""
    recipient: str
    """The id of the school whose classes are taught with theirs."""
    forms: Sequence[Form]
    """What they do together."""
    begins: date
    """The first day."""
    ends: date
    """The last day."""
    waiver: str
    """Why there is no synchronized class, if there is none."""


class SchoolWords(TypedDict):
    """One side of a pairing."""

    id: str
    name: str
    region: str


class PairingWords(TypedDict):
    """A pairing as pages are given it."""

    id: str
    supporter: SchoolWords
    recipient: SchoolWords
    scope: Scope
    forms: list[Form]
    begins: str
    ends: str
    waiver: str
    may_change: bool


async def add(
    database: Database, acting: Acting, typed: TypedPairing, now: datetime
) -> PairingWords:
    """Pair two schools.

    Raises:
        RefusedError: they can't be paired so, or this is not allowed.
    """
    return await _put(database, acting, await _typed(database, uuid7(), typed), now)


async def change(
    database: Database, acting: Acting, pairing: str, typed: TypedPairing, now: datetime
) -> PairingWords:
    """Change a pairing.

    Raises:
        RefusedError: as `add`, or there is no such pairing.
    """
    before = await Pairings(database).find(pairing)
    if before is None:
        raise RefusedError(Refusal.PAIRING_UNKNOWN)
    check_right(acting, Action.CHANGE_PAIRING, concern(before.supporter, before.recipient))
    return await _put(database, acting, await _typed(database, pairing, typed), now)


async def listed(database: Database, acting: Acting) -> list[PairingWords]:
    """The pairings that somebody may see, by the supporter's region and name."""
    return [_words(one, acting) for one in await Pairings(database).seen_by(acting)]


async def _typed(database: Database, pairing: str, typed: TypedPairing) -> Pairing:
    return Pairing(
        id=pairing,
        supporter=await organisation_found(database, typed.supporter),
        recipient=await organisation_found(database, typed.recipient),
        forms=frozenset(typed.forms),
        begins=typed.begins,
        ends=typed.ends,
        waiver=" ".join(typed.waiver.split()),
    )


async def _put(database: Database, acting: Acting, pairing: Pairing, now: datetime) -> PairingWords:
    action, pairings = Action.CHANGE_PAIRING, Pairings(database)
    check_right(acting, action, concern(pairing.supporter, pairing.recipient))
    check(pairing, await pairings.of_supporter(pairing.supporter.id))
    await pairings.put(pairing, entry(acting, action, now))
    return _words(pairing, acting)


def _words(pairing: Pairing, acting: Acting) -> PairingWords:
    both = concern(pairing.supporter, pairing.recipient)
    supporter, recipient = (
        SchoolWords(id=one.id, name=one.name, region=one.region)
        for one in (pairing.supporter, pairing.recipient)
    )
    return PairingWords(
        id=pairing.id,
        supporter=supporter,
        recipient=recipient,
        scope=pairing.scope,
        forms=sorted(pairing.forms),
        begins=pairing.begins.isoformat(),
        ends=pairing.ends.isoformat(),
        waiver=pairing.waiver,
        may_change=may(acting, Action.CHANGE_PAIRING, both),
    )
