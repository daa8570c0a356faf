"""Schools and the offices above them; pure."""

from dataclasses import dataclass
from enum import StrEnum

from server.programme.region import RegionCode


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
