"""Schools and the offices above them; pure."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode

LONGEST_NAME = 60
"""Characters."""


class OrganisationKind(StrEnum):
    """What an organisation is."""

    SCHOOL = "school"
    TRAINING_CENTRE = "training_centre"
    BUREAU = "bureau"
    ET_CENTRE = "et_centre"
    RESEARCH_OFFICE = "research_office"


OFFICES = frozenset(
    {OrganisationKind.BUREAU, OrganisationKind.ET_CENTRE, OrganisationKind.RESEARCH_OFFICE}
)
"""What looks after the schools of its region."""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """A school, or an office that looks after the schools of its region."""

    id: str
    """Random, for ever."""
    kind: OrganisationKind
    """What it is."""
    name: str
    """What people call it."""
    region: RegionCode
    """Where it lies."""

    @property
    def looks_after(self) -> RegionCode | None:
        """The region whose schools it looks after; only offices do."""
        return self.region if self.kind in OFFICES else None


def named(name: str) -> str:
    """A name as people type it: of an organisation, a person, a room.

    Raises:
        RefusedError: it is empty or too long.
    """
    trimmed = " ".join(unicodedata.normalize("NFKC", name).split())
    if not trimmed:
        raise RefusedError(Refusal.NAME_MISSING)
    if len(trimmed) > LONGEST_NAME:
        raise RefusedError(Refusal.NAME_TOO_LONG, most=LONGEST_NAME)
    return trimmed
