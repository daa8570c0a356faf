"""People who sign in, and in what capacities they act; pure. Pupils are none of these."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.programme.organisation import Organisation, OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Capacity

_SCHOOLS = frozenset({OrganisationKind.SCHOOL, OrganisationKind.TRAINING_CENTRE})

PLACES: Mapping[Capacity, frozenset[OrganisationKind]] = {
    Capacity.ADMIN: frozenset(OrganisationKind),
    Capacity.BUREAU: frozenset({OrganisationKind.BUREAU}),
    Capacity.SCHOOL_ADMIN: _SCHOOLS,
    Capacity.TEACHER: _SCHOOLS,
    Capacity.RESEARCH_OFFICER: frozenset(
        {OrganisationKind.RESEARCH_OFFICE, OrganisationKind.TRAINING_CENTRE}
    ),
    Capacity.INSPECTOR: frozenset({OrganisationKind.BUREAU, OrganisationKind.RESEARCH_OFFICE}),
    Capacity.TECHNICIAN: _SCHOOLS | {OrganisationKind.ET_CENTRE},
    Capacity.INTEGRATION: frozenset(OrganisationKind),
}
"""At what kinds of organisation a capacity is held."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an account."""

    id: str
    """Random, for ever."""
    name: str
    """What people call them."""
    login: str
    """What they type to sign in."""


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """One capacity of one person at one organisation; a person may hold several."""

    person: str
    """Whose."""
    capacity: Capacity
    """Which."""
    organisation: Organisation
    """Where."""

    @property
    def acting(self) -> Acting:
        """The person in this capacity."""
        return Acting(
            id=self.person,
            capacity=self.capacity,
            organisation=self.organisation.id,
            looks_after=self.organisation.looks_after,
        )


def login_name(typed: str) -> str:
    """A sign-in name as people type it: full-width and capitals are the same name.

    Raises:
        RefusedError: it is not 3 to 32 letters, digits, dots, hyphens or underscores.
    """
    name = unicodedata.normalize("NFKC", typed).strip().lower()
    if _LOGIN.fullmatch(name) is None:
        raise RefusedError(Refusal.LOGIN_UNFIT)
    return name


def check_place(capacity: Capacity, organisation: Organisation) -> None:
    """Whether there is such a capacity at that kind of organisation.

    Raises:
        RefusedError: there is none.
    """
    if organisation.kind not in PLACES.get(capacity, frozenset()):
        raise RefusedError(Refusal.CAPACITY_ELSEWHERE, capacity=capacity, name=organisation.name)


def needs_second_factor(appointments: Iterable[Appointment]) -> bool:
    """Whether one of the capacities reaches beyond a school."""
    return any(
        one.capacity is Capacity.ADMIN or one.organisation.looks_after is not None
        for one in appointments
    )
