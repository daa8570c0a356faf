"""What a classroom is in a lesson of the timetable: who teaches and who learns in it; pure."""

from dataclasses import dataclass

from server.programme.attendance import LARGEST
from server.programme.organisation import named
from server.programme.refusal import Refusal, RefusedError


@dataclass(frozen=True, kw_only=True)
class Learners:
    """A class group in a room, a part of one, or children brought together for this lesson."""

    name: str
    """What people call them: 三(1)班, or 合唱队."""
    class_group: str | None = None
    """Which class group; none if they were brought together for this lesson."""
    part: str = ""
    """Which part of it, such as 第一组; empty if it is the whole class."""
    grade: int | None = None
    """Their grade, 1 to 9; none where it is not one."""
    number: int | None = None
    """How many; of a whole class group none: it is counted when the lesson begins."""

    @property
    def label(self) -> str:
        """Their name with the part's."""
        return f"{self.name} {self.part}" if self.part else self.name


@dataclass(frozen=True, kw_only=True)
class Place:
    """A lasting classroom in one lesson."""

    classroom: str
    """The lasting room's id."""
    organisation: str
    """The id of the school it belongs to."""
    teachers: tuple[str, ...] = ()
    """Ids of who teaches here: the host teachers in the host room, far teachers elsewhere."""
    assistants: tuple[str, ...] = ()
    """Ids of who helps here."""
    learners: tuple[Learners, ...] = ()
    """Who is taught here; nobody in a host room that teaches only others."""
    pairing: str | None = None
    """The pairing for which a receiving room takes part; a lesson may be of several."""

    @property
    def persons(self) -> tuple[str, ...]:
        """Everyone who works here."""
        return self.teachers + self.assistants


def check(place: Place) -> None:
    """Whether those who learn in a room can be there.

    Raises:
        RefusedError: children without a name, or a number that can't be.
    """
    for one in place.learners:
        named(one.name)
        counted = one.class_group is not None and not one.part
        if one.number is None and counted:
            continue
        if one.number is None or not 1 <= one.number <= LARGEST:
            raise RefusedError(Refusal.LEARNERS_UNCOUNTED, name=one.label, most=LARGEST)
