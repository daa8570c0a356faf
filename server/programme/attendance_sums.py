"""Attendance of each class group over a time: what its rooms declared, added up; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.programme.attendance import Numbers
from server.programme.place import Place


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What was declared of those who learn together, over some lessons."""

    name: str
    """What people call them: 三(1)班, or several classes that sat in one room."""
    class_groups: tuple[str, ...]
    """Their class groups; none of children brought together for a lesson."""
    organisation: str
    """The school in whose room they learn."""
    lessons: int
    """Lessons that were held."""
    declared: int
    """Those of them with a roll; the numbers are of these alone."""
    numbers: Numbers
    """Added up: one pupil in two lessons counts twice."""

    @property
    def rate(self) -> float | None:
        """The part of the expected that came, 0 to 1; none where nobody was expected."""
        expected = self.numbers.expected
        return self.numbers.present / expected if expected else None


def label(place: Place) -> str:
    """What those who learn in a room are called together; empty if nobody does."""
    return "、".join(one.label for one in place.learners)


def summed(rooms: Iterable[tuple[Place, Numbers | None]]) -> list[Sum]:
    """The sums of rooms with what was declared of each; a room without learners is left out.

    A roll is of a room: classes that sat in one room have one number, and a line of their own.
    """
    found: dict[tuple[str, str], Sum] = {}
    for place, numbers in rooms:
        if place.learners:
            key = (place.organisation, label(place))
            found[key] = _more(found.get(key) or _nothing(place), numbers)
    return [found[key] for key in sorted(found)]


def _nothing(place: Place) -> Sum:
    return Sum(
        name=label(place),
        class_groups=tuple(one.class_group for one in place.learners if one.class_group),
        organisation=place.organisation,
        lessons=0,
        declared=0,
        numbers=Numbers(expected=0, present=0, on_leave=0),
    )


def _more(so_far: Sum, numbers: Numbers | None) -> Sum:
    before = so_far.numbers
    return Sum(
        name=so_far.name,
        class_groups=so_far.class_groups,
        organisation=so_far.organisation,
        lessons=so_far.lessons + 1,
        declared=so_far.declared + (numbers is not None),
        numbers=before if numbers is None else _added(before, numbers),
    )


def _added(one: Numbers, other: Numbers) -> Numbers:
    return Numbers(
        expected=one.expected + other.expected,
        present=one.present + other.present,
        on_leave=one.on_leave + other.on_leave,
    )
