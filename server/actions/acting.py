"""Whoever acts: whether they may, and the line that says that they did."""

from collections.abc import Iterable
from datetime import datetime

from server.access.ids import uuid7
from server.programme.deed import Deed
from server.programme.organisation import Organisation
from server.programme.people import Appointment
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Capacity, Concern, may
from server.store.audit import Entry

OPERATOR = Acting(id="operator", capacity=Capacity.ADMIN, organisation="operator", looks_after=None)
"""Whoever gives commands on the server itself: the files are theirs in any case."""


def for_school(school: Organisation) -> Acting:
    """The operator in a school's name: what its administrator may do there, and nothing else."""
    return Acting(
        id=OPERATOR.id,
        capacity=Capacity.SCHOOL_ADMIN,
        organisation=school.id,
        looks_after=None,
    )


def concern(*organisations: Organisation, persons: frozenset[str] = frozenset()) -> Concern:
    """What concerns these organisations."""
    return Concern(persons=persons, organisations={one.id: one.region for one in organisations})


def check(acting: Acting, action: Action, thing: Concern) -> None:
    """Go on only if the action is allowed.

    Raises:
        RefusedError: it is not.
    """
    if not may(acting, action, thing):
        raise RefusedError(Refusal.NOT_YOURS)


def own(held: Iterable[Appointment], deed: Deed, now: datetime) -> list[Entry]:
    """The lines for what somebody did with their login: one for each place that they work at."""
    places = {one.organisation.id: one for one in held}
    return [Entry(id=uuid7(), at=now, acting=one.acting, action=deed) for one in places.values()]


def entry(acting: Acting, action: Action | Deed, now: datetime) -> Entry:
    """The line of the audit log for it."""
    return Entry(id=uuid7(), at=now, acting=acting, action=action)
