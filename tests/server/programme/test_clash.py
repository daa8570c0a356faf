from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from server.programme.clash import ClashKind, clashes
from server.programme.lesson import Lesson
from server.programme.place import Learners, Place
from tests.support.scheduled import FAR, HOST, LESSON, SCHEDULE, TOWN, VILLAGE, lesson
from tests.support.stored import planned

NEW = lesson("new")
ROOM, TEACHER, GROUP = ClashKind.CLASSROOM, ClashKind.TEACHER, ClashKind.CLASS_GROUP


def place(
    classroom: str = "c", teachers: tuple[str, ...] = ("t",), learners: tuple[Learners, ...] = ()
) -> Place:
    return Place(classroom=classroom, organisation="town", teachers=teachers, learners=learners)


def other(*places: Place, later: timedelta = timedelta()) -> Lesson:
    return lesson("old", *places, replace(place(), classroom="z", teachers=()), later=later)


FIRST, SECOND = (replace(TOWN, part=part, number=20) for part in ("第一组", "第二组"))
HALVED = lesson("new", replace(HOST, learners=(FIRST,)), FAR)


@pytest.mark.parametrize(
    ("new", "held", "found"),
    [
        (NEW, other(place()), []),
        (NEW, other(place("c-town")), [(ROOM, "c-town")]),
        (NEW, other(place("c-village")), [(ROOM, "c-village")]),
        (NEW, other(place(teachers=("zhang",))), [(TEACHER, "zhang")]),
        (NEW, other(place(teachers=("li",))), [(TEACHER, "li")]),
        (NEW, other(replace(place(), assistants=("li",))), [(TEACHER, "li")]),
        (NEW, other(place(learners=(VILLAGE,))), [(GROUP, "g-village")]),
        (NEW, other(place(learners=(FIRST,))), [(GROUP, "g-town")]),
        (HALVED, other(place(learners=(SECOND,))), []),
        (HALVED, other(place(learners=(FIRST,))), [(GROUP, "g-town")]),
        (HALVED, other(place(learners=(TOWN,))), [(GROUP, "g-town")]),
        (NEW, other(place(learners=(Learners(name="合唱队", number=9),))), []),
        (NEW, other(place("c-town"), later=LESSON), []),
        (NEW, other(place("c-town"), later=-LESSON), []),
        (NEW, other(place("c-town"), later=LESSON - timedelta(seconds=1)), [(ROOM, "c-town")]),
        (NEW, other(place("c-town"), later=timedelta(seconds=1) - LESSON), [(ROOM, "c-town")]),
        (NEW, lesson("new", later=timedelta(minutes=1)), []),
        (NEW, planned(), []),
    ],
)
def test_the_same_thing_at_the_same_time(
    new: Lesson, held: Lesson, found: Sequence[tuple[ClashKind, str]]
) -> None:
    assert [(one.kind, one.wanted) for one in clashes(new, [held])] == found


def test_what_was_called_off_holds_nothing() -> None:
    off = lesson("off", schedule=replace(SCHEDULE, called_off="停电"))
    assert clashes(NEW, [off]) == []


def test_the_earliest_comes_first_and_says_which_lesson_and_when() -> None:
    late = replace(other(place("c-town"), later=timedelta(minutes=20)), id="late")
    early = replace(other(place("c-town"), later=-timedelta(minutes=20)), id="early")
    first, second = clashes(NEW, [late, early])
    assert (first.lesson, first.title, second.lesson) == ("early", "茉莉花", "late")
    assert early.schedule is not None
    assert (first.starts, first.ends) == (early.schedule.starts, early.schedule.ends)
