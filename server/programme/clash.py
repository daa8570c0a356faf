"""Two lessons that want the same classroom, teacher or class at the same time; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.programme.lesson import Lesson


class ClashKind(StrEnum):
    """What both lessons want."""

    CLASSROOM = "classroom"
    TEACHER = "teacher"
    CLASS_GROUP = "class_group"


@dataclass(frozen=True, kw_only=True)
class Clash:
    """One thing that two lessons want at the same time."""

    kind: ClashKind
    """What kind of thing."""
    wanted: str
    """Its id."""
    lesson: str
    """The id of the lesson that has it."""
    title: str
    """What that lesson is about."""
    starts: datetime
    """When that lesson begins."""
    ends: datetime
    """When it ends."""


def clashes(new: Lesson, others: Iterable[Lesson]) -> list[Clash]:
    """What others hold of what a lesson wants, by the clock, the earliest first.

    Bells that fall together do not clash: one lesson may end at the instant when another begins.
    """
    taken = (one for one in others if one.id != new.id and _together(new, one))
    in_order = sorted(taken, key=lambda one: (_begins(one), one.id))
    return [clash for one in in_order for clash in _between(new, one)]


def _together(one: Lesson, other: Lesson) -> bool:
    a, b = one.schedule, other.schedule
    if a is None or b is None or a.called_off or b.called_off:
        return False
    return a.starts < b.ends and b.starts < a.ends


def _begins(lesson: Lesson) -> datetime:
    assert lesson.schedule is not None  # `_together` lets no other pass
    return lesson.schedule.starts


def _between(new: Lesson, held: Lesson) -> list[Clash]:
    rooms = sorted(_classrooms(new) & _classrooms(held))
    persons = sorted(_persons(new) & _persons(held))
    groups = sorted(_shared_groups(new, held))
    return [
        *(_clash(ClashKind.CLASSROOM, wanted, held) for wanted in rooms),
        *(_clash(ClashKind.TEACHER, wanted, held) for wanted in persons),
        *(_clash(ClashKind.CLASS_GROUP, wanted, held) for wanted in groups),
    ]


def _clash(kind: ClashKind, wanted: str, held: Lesson) -> Clash:
    assert held.schedule is not None  # `_together` lets no other pass
    return Clash(
        kind=kind,
        wanted=wanted,
        lesson=held.id,
        title=held.title,
        starts=held.schedule.starts,
        ends=held.schedule.ends,
    )


def _classrooms(lesson: Lesson) -> set[str]:
    return {place.classroom for place in lesson.places}


def _persons(lesson: Lesson) -> set[str]:
    return {person for place in lesson.places for person in place.persons}


def _shared_groups(one: Lesson, other: Lesson) -> set[str]:
    """Class groups of both; two different parts of one class are no clash."""
    return {
        group
        for group, part in _groups(one)
        for held, held_part in _groups(other)
        if group == held and (part == held_part or not part or not held_part)
    }


def _groups(lesson: Lesson) -> set[tuple[str, str]]:
    return {
        (one.class_group, one.part)
        for place in lesson.places
        for one in place.learners
        if one.class_group is not None
    }
