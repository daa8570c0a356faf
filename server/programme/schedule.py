"""When a lesson takes place and in which form; whether it can be taught as it is planned; pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from server.programme import place as places
from server.programme.attendance import SCHOOL_TIME
from server.programme.pairing import Form
from server.programme.place import Place
from server.programme.refusal import Refusal, RefusedError
from server.programme.subject import Subject

ThingT = TypeVar("ThingT")

TAUGHT = frozenset({Form.SYNC_CLASS, Form.DELIVERY_CLASS})
"""The forms that can be taught; the others need the pictures of many teachers at once."""
SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=10)
"""No lesson is longer, so a look this far back finds everything that is still going on."""
LOBBY = timedelta(minutes=15)
"""How long before its beginning a lesson may be entered."""
SHORTEST_WHY = 2
LONGEST_WHY = 200


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A lesson's line in the timetable."""

    form: Form
    """In which of the four forms it is taught."""
    subject: Subject
    """What is taught."""
    starts: datetime
    """The bell that begins it, in UTC."""
    ends: datetime
    """The bell that ends it, in UTC."""
    mixed_grades: str = ""
    """Why the grades taught together differ (复式教学); empty if they do not."""
    called_off: str = ""
    """Why it does not take place; empty if it does."""

    @property
    def seconds(self) -> float:
        """From bell to bell."""
        return (self.ends - self.starts).total_seconds()


def check(schedule: Schedule, host: Place, receiving: tuple[Place, ...]) -> None:
    """Whether a lesson can be taught like this, by itself.

    Raises:
        RefusedError: the first thing that is wrong with it.
    """
    check_form(schedule.form)
    if not SHORTEST <= schedule.ends - schedule.starts <= LONGEST:
        raise RefusedError(Refusal.LESSON_LENGTH, least=5, most=600)
    if not host.teachers:
        raise RefusedError(Refusal.HOST_TEACHER_MISSING)
    if schedule.form is Form.SYNC_CLASS and not receiving:
        raise RefusedError(Refusal.RECEIVING_ROOM_MISSING)
    everywhere = (host, *receiving)
    for one in everywhere:
        places.check(one)
    _check_once(everywhere)
    _check_grades(schedule, everywhere)


def check_form(form: Form) -> None:
    """Whether lessons of this form can be taught; raises `RefusedError`."""
    if form not in TAUGHT:
        raise RefusedError(Refusal.FORM_NOT_YET)


def check_lobby(schedule: Schedule, now: datetime) -> None:
    """Whether a lesson may be entered yet.

    Raises:
        RefusedError: it does not take place, or it is too early; the sentence says from when on.
    """
    if schedule.called_off:
        raise RefusedError(Refusal.LESSON_CALLED_OFF, why=schedule.called_off)
    opens = schedule.starts - LOBBY
    if now < opens:
        raise RefusedError(Refusal.LOBBY_NOT_YET, when=on_the_wall(opens))


def why(typed: str, missing: Refusal) -> str:
    """A reason as people type it.

    Raises:
        RefusedError: `missing` if there is none, or it is too long.
    """
    trimmed = " ".join(typed.split())
    if len(trimmed) < SHORTEST_WHY:
        raise RefusedError(missing)
    if len(trimmed) > LONGEST_WHY:
        raise RefusedError(Refusal.REASON_TOO_LONG, most=LONGEST_WHY)
    return trimmed


def on_the_wall(moment: datetime) -> str:
    """A moment as a school's clock and calendar show it: 2026-11-25 09:10."""
    return moment.astimezone(SCHOOL_TIME).strftime("%Y-%m-%d %H:%M")


def span(starts: datetime, ends: datetime) -> str:
    """From when to when, on a school's clock: 2026-11-25 09:10–09:50."""
    return f"{on_the_wall(starts)}–{ends.astimezone(SCHOOL_TIME).strftime('%H:%M')}"


def _check_once(everywhere: Iterable[Place]) -> None:
    """Nobody and nothing is in two rooms of one lesson."""
    found = tuple(everywhere)
    if _twice(place.classroom for place in found) is not None:
        raise RefusedError(Refusal.CLASSROOM_TWICE)
    if _twice(person for place in found for person in set(place.persons)) is not None:
        raise RefusedError(Refusal.TEACHER_TWICE)
    groups = (
        (one.class_group, one.part, one.name)
        for place in found
        for one in place.learners
        if one.class_group is not None
    )
    twice = _twice(groups)
    if twice is not None:
        raise RefusedError(Refusal.CLASS_GROUP_TWICE, name=twice[2])


def _twice(things: Iterable[ThingT]) -> ThingT | None:
    return next((thing for thing, times in Counter(things).items() if times > 1), None)


def _check_grades(schedule: Schedule, everywhere: Iterable[Place]) -> None:
    grades = {one.grade for place in everywhere for one in place.learners} - {None}
    if len(grades) > 1:
        why(schedule.mixed_grades, Refusal.GRADES_DIFFER)
