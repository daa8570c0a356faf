"""Who supports whom: propose a pairing, agree to it, change it or end it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from server.access.ids import uuid7
from server.actions.acting import check as check_right
from server.actions.acting import concern, entry
from server.actions.organisations import found as organisation_found
from server.actions.pairing_cards import PairingWords, cards
from server.programme.agreement import binds_all, ends_for, may_agree, offered
from server.programme.attendance import SCHOOL_TIME
from server.programme.pairing import Form, Pairing, State, check
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action
from server.programme.schedule import why
from server.store.audit import Entry
from server.store.database import Database
from server.store.organisations import Organisations
from server.store.pairings import Pairings

MOST_NAMED = 5
"""Lessons that a sentence names."""


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


@dataclass(frozen=True, kw_only=True)
class Remaining:
    """What happens to the lessons by a pairing that are still to come when it ends."""

    keep: bool
    """Whether they are held all the same."""
    why: str = ""
    """Why they are called off, for whoever was to teach them."""


async def add(
    database: Database, acting: Acting, typed: TypedPairing, now: datetime
) -> PairingWords:
    """Pair two schools, or propose it where one of them is another office's.

    Raises:
        RefusedError: they can't be paired so, or this is not allowed.
    """
    made = offered(await _typed(database, uuid7(), typed), acting)
    line = entry(acting, Action.CHANGE_PAIRING, now)
    await Pairings(database).add(made, line, _decide(made), _day(now))
    return await _words(database, acting, made)


async def change(
    database: Database, acting: Acting, pairing: str, typed: TypedPairing, now: datetime
) -> PairingWords:
    """Change a pairing; what binds the other side is proposed anew, and this stands meanwhile.

    Raises:
        RefusedError: as `add`, or there is no such pairing, or it is over.
    """
    before = await _open(database, pairing)
    check_right(acting, Action.CHANGE_PAIRING, concern(*before.schools))
    wanted = await _typed(database, pairing, typed)
    line, repository = entry(acting, Action.CHANGE_PAIRING, now), Pairings(database)
    if before.state is State.STANDS and (
        wanted.binding == before.binding or binds_all(acting, before, wanted)
    ):
        after = replace(wanted, instead_of=before.instead_of)
        await repository.change(before, after, line, _decide(after), _day(now))
        return await _words(database, acting, after)
    waits = before.state is State.WAITS
    if waits and wanted.schools != before.schools:
        raise RefusedError(Refusal.PAIRING_SCHOOLS_PROPOSED)
    instead_of = before.instead_of if waits else before.id
    made = offered(replace(wanted, id=uuid7(), instead_of=instead_of), acting)
    drops = before if waits else None
    await repository.add(made, line, _decide(made), _day(now), drops=drops)
    return await _words(database, acting, made)


async def agree(database: Database, acting: Acting, pairing: str, now: datetime) -> PairingWords:
    """Agree, in a school's name, to a pairing that was proposed.

    Raises:
        RefusedError: there is no such proposal, or it is not one's own to agree to.
    """
    before = await _open(database, pairing)
    if before.state is not State.WAITS:
        raise RefusedError(Refusal.PAIRING_UNKNOWN)
    if not may_agree(acting, before, await Organisations(database).bureaus()):
        raise RefusedError(Refusal.NOT_YOURS)
    after = replace(before, waits_for=None)
    line = entry(acting, Action.AGREE_PAIRING, now)
    await Pairings(database).change(before, after, line, _decide(after), _day(now))
    return await _words(database, acting, after)


async def end(
    database: Database,
    acting: Acting,
    pairing: str,
    now: datetime,
    lessons: Remaining | None = None,
) -> None:
    """End a pairing for both sides, decline one that was proposed, or withdraw one's own proposal.

    Raises:
        RefusedError: there is no such pairing, it is over, neither school is one's own, or lessons
            by it are still to come and nothing is said of them.
    """
    before = await _open(database, pairing)
    sides = ends_for(acting, before, await Organisations(database).bureaus())
    if not sides:
        raise RefusedError(Refusal.NOT_YOURS)
    line = entry(acting, Action.END_PAIRING, now)
    if before.state is State.WAITS and before.waits_for not in sides:
        await Pairings(database).withdraw(before, line)
        return
    after = replace(before, ended=_day(now), ended_by=acting.organisation)
    await Pairings(database).end(before, after, line, partial(_remaining, lessons, acting, now))


async def listed(database: Database, acting: Acting) -> list[PairingWords]:
    """The pairings that somebody may see, by the supporter's region and name."""
    return await cards(database, acting, await Pairings(database).seen_by(acting))


async def _open(database: Database, pairing: str) -> Pairing:
    found = await Pairings(database).find(pairing)
    if found is None or found.ended is not None:
        raise RefusedError(Refusal.PAIRING_UNKNOWN)
    return found


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


def _decide(pairing: Pairing) -> Callable[[Sequence[Pairing]], None]:
    return lambda others: check(pairing, others)


def _remaining(
    wanted: Remaining | None, acting: Acting, now: datetime, titles: Sequence[str]
) -> tuple[str, list[Entry]]:
    """Why the lessons to come are called off, with a line for each; nothing if they stay."""
    if not titles or (wanted is not None and wanted.keep):
        return "", []
    if wanted is None:
        shown = " · ".join(titles[:MOST_NAMED]) + ("…" if len(titles) > MOST_NAMED else "")
        raise RefusedError(Refusal.PAIRING_HAS_LESSONS, count=len(titles), titles=shown)
    told = why(wanted.why, Refusal.REASON_MISSING)
    return told, [entry(acting, Action.PLAN_LESSON, now) for _ in titles]


def _day(now: datetime) -> date:
    return now.astimezone(SCHOOL_TIME).date()


async def _words(database: Database, acting: Acting, pairing: Pairing) -> PairingWords:
    return (await cards(database, acting, [pairing]))[0]
