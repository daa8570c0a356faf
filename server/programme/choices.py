"""What whoever plans a lesson may choose from: their own school, and those paired with it; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.programme.class_group import ClassGroup
from server.programme.classroom import Classroom
from server.programme.organisation import Organisation, named
from server.programme.people import Person
from server.programme.place import Learners, Place
from server.programme.refusal import Refusal, RefusedError
from server.programme.timetable import Hosted


@dataclass(frozen=True, kw_only=True)
class Bond:
    """A pairing that is agreed and holds on the day, as far as a plan needs it."""

    pairing: str
    """Its id."""
    schools: frozenset[str]
    """The ids of both."""


@dataclass(frozen=True, kw_only=True)
class SchoolChoice:
    """One school with what of it can take part in a lesson."""

    organisation: Organisation
    """The school."""
    classrooms: tuple[Classroom, ...]
    """Its classrooms."""
    class_groups: tuple[ClassGroup, ...]
    """Its classes."""
    teachers: tuple[Person, ...]
    """Who teaches there."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Everything a plan may be made of."""

    schools: tuple[SchoolChoice, ...]
    """The planner's own first, then those paired with it."""
    bonds: tuple[Bond, ...]
    """Which of them are paired."""


@dataclass(frozen=True, kw_only=True)
class WantedLearners:
    """Who is to learn in a room, as it was chosen."""

    class_group: str | None
    """The id of a class; none if children are brought together for this lesson."""
    name: str
    """What those are called; not asked for of a class."""
    part: str
    """Which part of the class; empty if it is all of it."""
    number: int | None
    """How many; not asked for of a whole class."""


@dataclass(frozen=True, kw_only=True)
class WantedPlace:
    """A room of the lesson, as it was chosen."""

    classroom: str
    """The id of a classroom."""
    teachers: tuple[str, ...]
    """Ids of who is to teach there."""
    assistants: tuple[str, ...]
    """Ids of who is to help there."""
    learners: tuple[WantedLearners, ...]
    """Who is to learn there."""


def placed(wanted: Sequence[WantedPlace], choices: Choices) -> list[Hosted]:
    """The rooms that were chosen, the host room first; each receiving room with its pairing.

    Raises:
        RefusedError: something is not, or no more, among the choices.
    """
    host = _school_of(wanted[0], choices).organisation.id
    return [_placed(one, choices, host if at else None) for at, one in enumerate(wanted)]


def _placed(wanted: WantedPlace, choices: Choices, host: str | None) -> Hosted:
    school = _school_of(wanted, choices)
    classroom = next(one for one in school.classrooms if one.id == wanted.classroom)
    _check_known((*wanted.teachers, *wanted.assistants), (one.id for one in school.teachers))
    place = Place(
        classroom=classroom.id,
        organisation=school.organisation.id,
        teachers=tuple(dict.fromkeys(wanted.teachers)),
        assistants=tuple(one for one in wanted.assistants if one not in wanted.teachers),
        learners=tuple(_learners(one, school) for one in wanted.learners),
        pairing=None if host is None else _pairing(choices, host, school.organisation.id),
    )
    return Hosted(place=place, classroom=classroom.name, school=school.organisation.name)


def _school_of(wanted: WantedPlace, choices: Choices) -> SchoolChoice:
    for school in choices.schools:
        if any(one.id == wanted.classroom for one in school.classrooms):
            return school
    raise RefusedError(Refusal.CHOICE_GONE)


def _check_known(wanted: Iterable[str], known: Iterable[str]) -> None:
    if not set(wanted) <= set(known):
        raise RefusedError(Refusal.CHOICE_GONE)


def _learners(wanted: WantedLearners, school: SchoolChoice) -> Learners:
    if wanted.class_group is None:
        return Learners(name=named(wanted.name), number=wanted.number)
    _check_known((wanted.class_group,), (one.id for one in school.class_groups))
    group = next(one for one in school.class_groups if one.id == wanted.class_group)
    part = named(wanted.part) if wanted.part.strip() else ""
    return Learners(
        name=str(group.name),
        class_group=group.id,
        part=part,
        grade=group.name.grade,
        number=wanted.number if part else None,
    )


def _pairing(choices: Choices, host: str, school: str) -> str | None:
    """The pairing for which a room takes part; none within one school, or without one."""
    both = {host, school}
    return next((bond.pairing for bond in choices.bonds if bond.schools == both), None)
