"""Pairings as pages are given them: how far each has come, and what whoever asks may do with it."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from server.actions.acting import concern
from server.programme.agreement import ends_for, may_agree, offices_over, side_of
from server.programme.organisation import Organisation
from server.programme.pairing import Form, Pairing, State
from server.programme.region import Scope
from server.programme.rights import Acting, Action, may
from server.store.database import Database
from server.store.directory import Directory
from server.store.organisations import Organisations


class SchoolWords(TypedDict):
    """One side of a pairing."""

    id: str
    name: str
    region: str


class PairingWords(TypedDict):
    """A pairing."""

    id: str
    supporter: SchoolWords
    recipient: SchoolWords
    scope: Scope
    forms: list[Form]
    begins: str
    ends: str
    waiver: str
    state: State
    waits_for: str
    """The name of the office, or of the school without one, that has not agreed."""
    instead_of: str | None
    """The pairing whose place it is to take."""
    ended: str | None
    """The day from which it binds nobody."""
    ended_by: str
    """The name of the office or school that ended or declined it."""
    may_change: bool
    may_agree: bool
    may_end: bool


async def cards(
    database: Database, acting: Acting, pairings: Sequence[Pairing]
) -> list[PairingWords]:
    """Some pairings in the eyes of whoever asks, who has been let see them."""
    offices = await Organisations(database).bureaus()
    ends = {one.ended_by for one in pairings if one.ended_by is not None}
    found = await Directory(database).organisations(ends)
    enders = {one.id: one.name for one in found.values()}
    return [_card(one, acting, offices, enders) for one in pairings]


def _card(
    pairing: Pairing,
    acting: Acting,
    offices: Sequence[Organisation],
    enders: Mapping[str, str],
) -> PairingWords:
    is_open = pairing.ended is None
    supporter, recipient = (
        SchoolWords(id=one.id, name=one.name, region=one.region) for one in pairing.schools
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
        state=pairing.state,
        waits_for=_asked(pairing, offices),
        instead_of=pairing.instead_of if pairing.state is State.WAITS else None,
        ended=None if pairing.ended is None else pairing.ended.isoformat(),
        ended_by=enders.get(pairing.ended_by or "", ""),
        may_change=is_open and may(acting, Action.CHANGE_PAIRING, concern(*pairing.schools)),
        may_agree=may_agree(acting, pairing, offices),
        may_end=bool(ends_for(acting, pairing, offices)),
    )


def _asked(pairing: Pairing, offices: Sequence[Organisation]) -> str:
    """Whoever has not agreed: the nearest office over the school, or the school itself."""
    school = side_of(pairing)
    if school is None:
        return ""
    return next((one.name for one in offices_over(school, offices)), school.name)
