"""The classes of a school into the next grade, once a school year; pure.

The top grade goes first: each class moves into a name that has just become free. What is above the
top grade graduates and is closed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from server.programme.class_group import ClassGroup
from server.programme.class_names import GRADES, PRIMARY, ClassName
from server.programme.refusal import Refusal, RefusedError

PRIMARY_TOP = PRIMARY.stop - 1
NINE_YEAR_TOP = GRADES.stop - 1
YEAR_TURNS = 6
"""The month from which on grades rise for the school year that begins in autumn."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What becomes of one class."""

    group: ClassGroup
    """The class as it is."""
    name: ClassName | None
    """What it is called from now on; none if it graduates."""


@dataclass(frozen=True, kw_only=True)
class Raising:
    """What becomes of the classes of a school."""

    top: int
    """The grade from which pupils graduate."""
    steps: tuple[Step, ...]
    """The classes that rise, in the order in which they may."""
    taken: tuple[Step, ...]
    """Those of them whose new name a class has that stays as it is."""

    @property
    def graduates(self) -> list[ClassGroup]:
        """Those that are closed."""
        return [one.group for one in self.steps if one.name is None]


def raising(groups: Sequence[ClassGroup], top: int | None, stay: Collection[str]) -> Raising:
    """What becomes of the open classes of a school.

    Args:
        groups: all of them.
        top: the grade from which pupils graduate; None: the sixth, or the ninth of a school that
            has a class above the sixth.
        stay: ids of classes that do not rise: they were made for the new year already.

    Raises:
        RefusedError: there are classes above that grade.
    """
    names = {one.name for one in groups if one.id in stay}
    last = top_grade(groups) if top is None else top
    steps = [_step(one, last) for one in groups if one.id not in stay]
    steps.sort(key=lambda step: (-step.group.name.grade, step.group.name.number))
    return Raising(
        top=last,
        steps=tuple(steps),
        taken=tuple(one for one in steps if one.name in names),
    )


def top_grade(groups: Sequence[ClassGroup]) -> int:
    """The last grade of a school, as far as its classes tell."""
    above = any(one.name.grade > PRIMARY_TOP for one in groups)
    return NINE_YEAR_TOP if above else PRIMARY_TOP


def check(found: Raising) -> None:
    """Go on only if a school's classes can rise like this.

    Raises:
        RefusedError: none does, or one would take the name of a class that stays.
    """
    if not found.steps:
        raise RefusedError(Refusal.RAISE_NOTHING)
    if found.taken:
        names = "、".join(str(one.group.name) for one in found.taken)
        raise RefusedError(Refusal.RAISE_NAME_TAKEN, names=names)


def school_year(day: date) -> int:
    """The school year, by the year in which it begins, for which grades rise on a day."""
    return day.year if day.month >= YEAR_TURNS else day.year - 1


def _step(group: ClassGroup, top: int) -> Step:
    grade, number = group.name.grade, group.name.number
    if grade > top:
        raise RefusedError(Refusal.RAISE_TOP_TOO_LOW, name=str(group.name))
    return Step(group=group, name=None if grade == top else ClassName(grade + 1, number))
