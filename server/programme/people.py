"""People who sign in, and in what capacities they act; pure. Pupils are none of these."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.programme.organisation import Organisation, OrganisationKind
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


def is_possible(appointment: Appointment) -> bool:
    """Whether there is such a capacity at that kind of organisation."""
    return appointment.organisation.kind in PLACES.get(appointment.capacity, frozenset())
