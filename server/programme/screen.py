"""The screen on a classroom's wall: bound to it once, it enters that room's lessons; pure."""

from dataclasses import dataclass
from datetime import datetime

from server.programme.classroom import Classroom
from server.programme.rights import Acting, Capacity, Concern


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A browser that stands for a classroom."""

    id: str
    """Random, for ever."""
    classroom: Classroom
    """Whose screen it is."""
    bound: datetime
    """When its code was typed."""
    bound_by: str
    """Who gave out that code."""
    seen: datetime
    """When it asked for something last, to about a minute."""

    @property
    def acting(self) -> Acting:
        """The screen as one that acts."""
        return Acting(
            id=self.classroom.id,
            capacity=Capacity.ROOM_DEVICE,
            organisation=self.classroom.organisation.id,
            looks_after=None,
        )

    @property
    def own(self) -> Concern:
        """What is this classroom's: its lessons, its name."""
        organisation = self.classroom.organisation
        return Concern(
            persons=frozenset({self.classroom.id}),
            organisations={organisation.id: organisation.region},
        )
