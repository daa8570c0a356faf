"""What a planned lesson is: its title, its length and the classrooms that take part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.programme.place import Place
from server.programme.schedule import Schedule


class PlanError(ValueError):
    """A lesson can't be planned like this; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """A classroom of a lesson."""

    participant: str
    """The participant it is in the live lesson."""
    name: str
    """What people call it."""
    host: bool
    """Whether the lesson is taught from here."""
    place: Place | None = None
    """Which lasting classroom it is and who is in it; none in a lesson outside the timetable."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A planned lesson."""

    id: str
    """Its id and the name of its folder."""
    title: str
    """What it is about."""
    planned_seconds: float
    """How long it should last once started."""
    rooms: tuple[Room, ...]
    """Its classrooms, the host room first."""
    schedule: Schedule | None = None
    """Its line in the timetable; none if it was made for whoever holds its links."""

    @property
    def host(self) -> Room:
        """The classroom it is taught from."""
        return next(room for room in self.rooms if room.host)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it takes place, the host room's first; nowhere outside the timetable."""
        return tuple(room.place for room in self.rooms if room.place is not None)

    def room_of(self, person: str) -> Room | None:
        """The classroom in which somebody teaches or helps."""
        return next(
            (room for room in self.rooms if room.place and person in room.place.persons), None
        )

    def room(self, participant: str | None) -> Room | None:
        """The classroom that is this participant."""
        return next((room for room in self.rooms if room.participant == participant), None)


def plan_lesson(
    title: str, host_room: str, rooms: Sequence[str], minutes: float, new_id: Callable[[], str]
) -> Lesson:
    """A new lesson of one host room and the others.

    Raises:
        PlanError: a name is empty or given twice, or the length is not 1 to 600 minutes.
    """
    names = [name.strip() for name in (host_room, *rooms)]
    if not title.strip() or not all(names):
        raise PlanError("a title or a room's name is empty")
    if len(set(names)) < len(names):
        raise PlanError("two rooms have the same name")
    if max(map(len, names)) > 40:
        raise PlanError("a room's name is longer than 40 characters")
    if not 1 <= minutes <= 600:
        raise PlanError("a lesson takes 1 to 600 minutes")
    planned = tuple(
        Room(participant=new_id(), name=name, host=place == 0) for place, name in enumerate(names)
    )
    return Lesson(id=new_id(), title=title.strip(), planned_seconds=minutes * 60, rooms=planned)
