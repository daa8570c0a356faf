"""Observing teachers of lessons: who listened, added by hand and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from recorder.presence import INTERVALS
from server.access.ids import uuid7
from server.actions.acting import check, entry
from server.actions.timetable import concern_of, found
from server.programme.observing import Observer, Sat, Stay, check_new, observers
from server.programme.organisation import named
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Concern
from server.store.accounts import Accounts
from server.store.database import Database
from server.store.derived import DerivedRows
from server.store.directory import Directory
from server.store.lessons import Lessons, StoredLesson
from server.store.observers import Observers
from server.store.staff import Staff
from signaling.errors import Code, UserError

NEEDS = Action.DECLARE_ATTENDANCE
"""What it takes to say who listened: to work in the lesson, or to look after one of its schools."""


class ObserverWords(TypedDict):
    """A teacher who listened, as pages and commands are given it."""

    id: str
    name: str
    begin: str | None
    """When they came; none if they were added by hand."""
    end: str | None
    """When they went; none while they are there."""
    added_by: str
    """The name of whoever added them by hand; empty if they came by their own account."""


class ColleagueWords(TypedDict):
    """Somebody who may be added."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class NewObserver:
    """Who is to be added."""

    person: str | None
    """A colleague's account; none if a name is typed."""
    name: str
    """What was typed."""


async def of_lessons(
    database: Database, lessons: Sequence[StoredLesson]
) -> dict[str, list[ObserverWords]]:
    """Who listened to lessons, by lesson; to many nobody did."""
    told = await _of(database, lessons)
    people = {one.added_by for group in told.values() for one in group if one.added_by is not None}
    names = await Directory(database).people(people)
    return {lesson: [_words(one, names) for one in group] for lesson, group in told.items()}


async def of_lesson(database: Database, lesson: str) -> list[ObserverWords]:
    """Who listened to one lesson, for whoever looks on the server itself.

    Raises:
        UserError: there is no such lesson.
    """
    stored = await Lessons(database).find(lesson)
    if stored is None:
        raise UserError(Code.LESSON_UNKNOWN)
    return (await of_lessons(database, [stored])).get(lesson, [])


async def colleagues(database: Database, acting: Acting, lesson: str) -> list[ColleagueWords]:
    """Who of one's own school, or office, may be added to a lesson.

    Raises:
        RefusedError: there is no such lesson, or this is not allowed.
    """
    _, concern = await _mine(database, acting, lesson)
    seen = await Staff(database).seen_by(acting, "", acting.organisation)
    return [
        ColleagueWords(id=one.id, name=one.name) for one, _ in seen if one.id not in concern.persons
    ]


async def add(
    database: Database, acting: Acting, lesson: str, new: NewObserver, now: datetime
) -> list[ObserverWords]:
    """Add a colleague, or a name that was typed; all who listened then.

    Raises:
        RefusedError: this is not allowed, nobody has entered the lesson yet, or as `check_new`.
    """
    stored, concern = await _mine(database, acting, lesson)
    if stored.opened is None:
        raise RefusedError(Refusal.ROLL_NOT_YET)
    name = await _name(database, acting, new)
    typed = name if new.person is None else ""
    line = Sat(id=uuid7(), person=new.person, name=typed, added_by=acting.id, at=now)

    def decide(lines: Sequence[Sat]) -> None:
        check_new(observers(lines, {}), new.person, name, concern.persons)

    await Observers(database).add(lesson, line, entry(acting, NEEDS, now), decide)
    return (await of_lessons(database, [stored]))[lesson]


async def take_back(
    database: Database, acting: Acting, lesson: str, line: str, now: datetime
) -> list[ObserverWords]:
    """Take back who was added by hand; all who listened then.

    Raises:
        RefusedError: this is not allowed, or there is no such line.
    """
    stored, _ = await _mine(database, acting, lesson)
    await Observers(database).take_back(lesson, line, now, entry(acting, NEEDS, now))
    return (await of_lessons(database, [stored])).get(lesson, [])


async def _mine(database: Database, acting: Acting, lesson: str) -> tuple[StoredLesson, Concern]:
    stored = await found(database, acting, lesson)
    concern = await concern_of(database, stored.lesson)
    check(acting, NEEDS, concern)
    return stored, concern


async def _name(database: Database, acting: Acting, new: NewObserver) -> str:
    """What the new one is called; a colleague works where whoever adds them does."""
    if new.person is None:
        return named(new.name)
    held = await Accounts(database).appointments(new.person)
    if all(one.organisation.id != acting.organisation for one in held):
        raise RefusedError(Refusal.OBSERVER_UNKNOWN)
    return await Accounts(database).name(new.person)


async def _of(database: Database, lessons: Sequence[StoredLesson]) -> dict[str, list[Observer]]:
    lines = await Observers(database).of([one.lesson.id for one in lessons])
    return {
        one.lesson.id: observers(lines[one.lesson.id], await _stays(database, one))
        for one in lessons
        if one.lesson.id in lines
    }


async def _stays(database: Database, stored: StoredLesson) -> dict[str, Stay]:
    """When whom was there, once the lesson is closed; lesson time begins with its lobby."""
    derived = await DerivedRows(database).find(stored.lesson.id, "presence")
    if derived is None or stored.opened is None:
        return {}
    zero, stays = stored.opened, dict[str, Stay]()
    for one in INTERVALS.validate_json(derived.body):
        first = stays.get(one.participant)
        begin = zero + timedelta(seconds=one.start) if first is None else first.begin
        end = None if one.end is None else zero + timedelta(seconds=one.end)
        stays[one.participant] = Stay(begin=begin, end=end)
    return stays


def _words(one: Observer, names: dict[str, str]) -> ObserverWords:
    stay = one.stay
    return ObserverWords(
        id=one.id,
        name=one.name,
        begin=None if stay is None else stay.begin.isoformat(),
        end=None if stay is None or stay.end is None else stay.end.isoformat(),
        added_by="" if one.added_by is None else names.get(one.added_by, ""),
    )
