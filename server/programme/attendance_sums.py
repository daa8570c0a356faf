"""Attendance of those who learn together, over a time: what their rooms declared, added up; pure.

A roll is of a room: classes that sat in one room have one number, and a line of their own.
"""

from dataclasses import dataclass

from server.programme.attendance import Numbers
from server.programme.place import Place

BETWEEN = "、"
"""Stands between the names of those who learn in one room."""


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What was declared of those who learn together, over some lessons."""

    name: str
    """What people call them: 三(1)班, or several classes that sat in one room."""
    class_group: str | None
    """Their class group; none of several, and of children brought together for a lesson."""
    school: str
    """What the school in whose room they learn is called."""
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
    return BETWEEN.join(one.label for one in place.learners)
