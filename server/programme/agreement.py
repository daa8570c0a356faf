"""Whose agreement a pairing needs, and who may give it; pure.

Nobody binds a school that they do not look after. A pairing of which one school is another's waits
until that one's side agrees: the office that looks after it or, where no office does, its admin.
"""

from collections.abc import Iterable
from dataclasses import replace

from server.programme.organisation import Organisation
from server.programme.pairing import Pairing
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import lies_in, own_digits
from server.programme.rights import Acting, Action, Capacity, Concern, may


def offered(pairing: Pairing, acting: Acting) -> Pairing:
    """A pairing as somebody proposes it: it stands if both schools are theirs to bind.

    Raises:
        RefusedError: neither school is.
    """
    others = [one.id for one in pairing.schools if not _may(acting, Action.CHANGE_PAIRING, one)]
    if len(others) == len(pairing.schools):
        raise RefusedError(Refusal.NOT_YOURS)
    return replace(pairing, waits_for=next(iter(others), None))


def binds_all(acting: Acting, *pairings: Pairing) -> bool:
    """Whether every school of these pairings is somebody's to bind."""
    schools = (school for one in pairings for school in one.schools)
    return all(_may(acting, Action.CHANGE_PAIRING, school) for school in schools)


def offices_over(school: Organisation, offices: Iterable[Organisation]) -> list[Organisation]:
    """Which of some offices look after a school, the nearest first."""
    over = [one for one in offices if lies_in(school.region, one.region)]
    return sorted(over, key=lambda one: (-len(own_digits(one.region)), one.name))


def speaks_for(
    acting: Acting, action: Action, school: Organisation, offices: Iterable[Organisation]
) -> bool:
    """Whether somebody agrees to a pairing, or ends it, in a school's name.

    Args:
        acting: who.
        action: `AGREE_PAIRING` or `END_PAIRING`.
        school: one side of the pairing.
        offices: all in which somebody acts for a bureau.
    """
    if not _may(acting, action, school):
        return False
    return acting.capacity is not Capacity.SCHOOL_ADMIN or not offices_over(school, offices)


def side_of(pairing: Pairing) -> Organisation | None:
    """The school whose side a pairing waits for, unless that is over."""
    if pairing.ended is not None:
        return None
    return next((one for one in pairing.schools if one.id == pairing.waits_for), None)


def may_agree(acting: Acting, pairing: Pairing, offices: Iterable[Organisation]) -> bool:
    """Whether a pairing waits for somebody's agreement."""
    school = side_of(pairing)
    return school is not None and speaks_for(acting, Action.AGREE_PAIRING, school, offices)


def ends_for(acting: Acting, pairing: Pairing, offices: Iterable[Organisation]) -> frozenset[str]:
    """The schools in whose name somebody may end a pairing, decline it or withdraw it."""
    if pairing.ended is not None:
        return frozenset()
    all_offices = tuple(offices)
    return frozenset(
        one.id
        for one in pairing.schools
        if speaks_for(acting, Action.END_PAIRING, one, all_offices)
    )


def _may(acting: Acting, action: Action, school: Organisation) -> bool:
    return may(acting, action, Concern(organisations={school.id: school.region}))
