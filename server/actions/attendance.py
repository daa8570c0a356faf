"""Attendance for whoever signs in: of each lesson, of each class; declared and corrected."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypedDict

from server.actions import rolls as roll_calls
from server.actions.acting import check, entry
from server.actions.observers import NEEDS, ObserverWords, of_lessons
from server.actions.roll_names import MarkedWords, of_room
from server.actions.roll_names import names as names_of_room
from server.actions.rolls import Declaring, RollWords, words_of, writer_of
from server.programme.attendance import SCHOOL_TIME, closed
from server.programme.attendance_sums import Sum, label
from server.programme.lesson import Room
from server.programme.organisation import Organisation
from server.programme.place import Place
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Concern, Reach, may, reach
from server.store.absences import Absences
from server.store.attendance_sums import AttendanceSums
from server.store.database import Database
from server.store.directory import Directory
from server.store.lessons import Lessons, StoredLesson
from server.store.roll_names import RollNames
from server.store.rolls import Declaration, Rolls
from server.store.timetable import Timetable

MOST_LESSONS = 300
"""Lessons that the list shows; more are found by a shorter time."""
LONGEST_SPAN = timedelta(days=400)


@dataclass(frozen=True, kw_only=True)
class Span:
    """Which days are looked at, on a school's calendar."""

    first: date
    """The first."""
    last: date
    """The last."""

    @property
    def begin(self) -> datetime:
        """When the first begins."""
        return datetime.combine(self.first, time(), SCHOOL_TIME)

    @property
    def end(self) -> datetime:
        """When the last is over."""
        return datetime.combine(self.last, time(), SCHOOL_TIME) + timedelta(days=1)


class RoomWords(TypedDict):
    """A room's attendance in one lesson."""

    name: str
    school: str
    learners: str
    """Who learns there; empty if nobody does."""
    roll: RollWords
    by: dict[str, str]
    """Names of the people who declared, by what stands in `declared_by`."""
    mine: bool
    """Whether whoever asks calls the roll there, on its own page."""
    may_write: bool
    """Whether they declare or correct it here."""
    by_name: bool
    """Whether it is by roster, and they may see the pupils' names."""


class LessonWords(TypedDict):
    """A lesson's attendance."""

    id: str
    title: str
    subject: str
    starts: str
    ends: str
    observers: list[ObserverWords]
    """Teachers who listened, in none of the numbers."""
    may_observe: bool
    """Whether whoever asks adds such teachers by hand."""
    rooms: list[RoomWords]


class LessonsWords(TypedDict):
    """The attendance of lessons, the newest first."""

    lessons: list[LessonWords]
    more: bool
    """Whether there are more than are told."""


class SumWords(TypedDict):
    """The attendance of those who learn together, over a time."""

    name: str
    class_group: str | None
    """The class, where it is one."""
    school: str
    lessons: int
    declared: int
    expected: int
    present: int
    on_leave: int
    absent: int
    observing: int
    """Teachers who sat in to listen, added up."""
    rate: float | None
    by_name: bool
    """Whether they may see how often each pupil of it was missing."""


class SumsWords(TypedDict):
    """The attendance of classes over a time."""

    classes: list[SumWords]


def check_span(acting: Acting, span: Span) -> None:
    """Go on only if somebody may see attendance of so many days.

    Raises:
        RefusedError: they may not.
    """
    if reach(acting.capacity, Action.SEE_ATTENDANCE) is Reach.NONE:
        raise RefusedError(Refusal.NOT_YOURS)
    if not timedelta() <= span.last - span.first <= LONGEST_SPAN:
        raise RefusedError(Refusal.ATTENDANCE_SPAN, most=LONGEST_SPAN.days)


async def lessons(
    database: Database, acting: Acting, span: Span, now: datetime, class_group: str | None = None
) -> LessonsWords:
    """The attendance of the lessons of some days that somebody may see.

    Raises:
        RefusedError: this is not allowed, or the days are too many.
    """
    check_span(acting, span)
    found = await Timetable(database).held(
        acting, span.begin, span.end, class_group=class_group, limit=MOST_LESSONS + 1
    )
    shown = found[:MOST_LESSONS]
    return LessonsWords(
        lessons=await _told(database, acting, shown, now), more=len(found) > MOST_LESSONS
    )


async def sums(database: Database, acting: Acting, span: Span) -> SumsWords:
    """The attendance of classes over some days, of the lessons that somebody may see.

    Raises:
        RefusedError: this is not allowed, or the days are too many.
    """
    check_span(acting, span)
    found = await AttendanceSums(database).between(acting, span.begin, span.end)
    named = await Absences(database).classes(acting, span.begin, span.end)
    return SumsWords(classes=[_sum(one, by_name=one.class_group in named) for one in found])


async def declare(
    database: Database,
    acting: Acting,
    lesson: str,
    room: str,
    declaring: Declaring,
    now: datetime,
) -> LessonWords:
    """Declare or correct a room's roll by name: as its teacher, or for its school with a reason.

    Raises:
        RefusedError: this is not allowed, or as `rolls.declare`.
    """
    stored, seen, place = await _found(database, lesson, room)
    concern = of_room(place, await _schools(database, [stored]))
    rolls = Rolls(database)
    action = _action(bool(await rolls.of([room])))
    check(acting, action, concern)
    if declaring.marks is not None:
        check(acting, Action.SEE_PUPILS, concern)
    line = entry(acting, action, now)
    by = f"person:{acting.id}"
    await roll_calls.declare(rolls, stored, seen, declaring, by, now, line)
    return (await _told(database, acting, [stored], now))[0]


async def names(
    database: Database, acting: Acting, lesson: str, room: str, now: datetime
) -> list[MarkedWords]:
    """Everyone who belongs to a room of a lesson, by name; the look is logged.

    Raises:
        RefusedError: there is no such room, or this is not allowed.
    """
    _, seen, _ = await _found(database, lesson, room)
    return await names_of_room(database, acting, seen, now)


def _action(declared: bool) -> Action:
    return Action.CORRECT_ATTENDANCE if declared else Action.DECLARE_ATTENDANCE


async def _found(database: Database, lesson: str, room: str) -> tuple[StoredLesson, Room, Place]:
    stored = await Lessons(database).find(lesson)
    found = None if stored is None else stored.lesson.room(room)
    if stored is None or stored.lesson.schedule is None or found is None or found.place is None:
        raise RefusedError(Refusal.PLANNED_LESSON_UNKNOWN)
    return stored, found, found.place


def _sum(one: Sum, *, by_name: bool) -> SumWords:
    numbers = one.numbers
    return SumWords(
        name=one.name,
        class_group=one.class_group,
        school=one.school,
        lessons=one.lessons,
        declared=one.declared,
        expected=numbers.expected,
        present=numbers.present,
        on_leave=numbers.on_leave,
        absent=numbers.absent,
        observing=numbers.observing,
        rate=one.rate,
        by_name=by_name,
    )


async def _schools(database: Database, found: Sequence[StoredLesson]) -> dict[str, Organisation]:
    ids = {place.organisation for one in found for place in one.lesson.places}
    return await Directory(database).organisations(ids)


async def _declared(database: Database, rooms: Sequence[Room]) -> dict[str, list[Declaration]]:
    found: dict[str, list[Declaration]] = defaultdict(list)
    for one in await Rolls(database).of([room.participant for room in rooms]):
        found[one.room].append(one)
    return found


async def _told(
    database: Database, acting: Acting, found: Sequence[StoredLesson], now: datetime
) -> list[LessonWords]:
    rooms = [room for one in found for room in one.lesson.rooms]
    declared = await _declared(database, rooms)
    ids = [room.participant for room in rooms]
    expected = await Rolls(database).expected(ids)
    rosters = await RollNames(database).known(ids)
    schools = await _schools(database, found)
    names, listened = await _names(database, declared), await of_lessons(database, found)

    def room_words(stored: StoredLesson, room: Room, place: Place) -> RoomWords:
        own = declared.get(room.participant, [])
        concern = of_room(place, schools)
        roll = words_of(room, stored, own, expected.get(room.participant), now)
        open_to_them = closed(roll["state"], writer_of(acting)) is None
        return RoomWords(
            name=room.name,
            school=schools[place.organisation].name,
            learners=label(place),
            roll=roll,
            by={one.declared_by: names.get(one.declared_by, "") for one in own},
            mine=acting.id in place.persons,
            may_write=open_to_them and may(acting, _action(bool(own)), concern),
            by_name=room.participant in rosters and may(acting, Action.SEE_PUPILS, concern),
        )

    return [
        _lesson(
            one,
            [room_words(one, room, room.place) for room in one.lesson.rooms if room.place],
            listened.get(one.lesson.id, []),
            may_observe=may(acting, NEEDS, _of_all(one, schools)),
        )
        for one in found
    ]


def _of_all(stored: StoredLesson, schools: dict[str, Organisation]) -> Concern:
    """Who listened is of the whole lesson, not of one room."""
    places = stored.lesson.places
    return Concern(
        persons=frozenset(person for place in places for person in place.persons),
        organisations={one.organisation: schools[one.organisation].region for one in places},
    )


def _lesson(
    stored: StoredLesson,
    rooms: list[RoomWords],
    listened: list[ObserverWords],
    *,
    may_observe: bool,
) -> LessonWords:
    schedule = stored.lesson.schedule
    assert schedule is not None  # only lessons of the timetable are asked for
    return LessonWords(
        id=stored.lesson.id,
        title=stored.lesson.title,
        subject=schedule.subject,
        starts=schedule.starts.isoformat(),
        ends=schedule.ends.isoformat(),
        observers=listened,
        may_observe=may_observe,
        rooms=rooms,
    )


async def _names(database: Database, declared: dict[str, list[Declaration]]) -> dict[str, str]:
    """What people are called who declared, by `declared_by`; a link alone has no name."""
    told = {one.declared_by for each in declared.values() for one in each}
    people = {one.removeprefix("person:") for one in told if one.startswith("person:")}
    found = await Directory(database).people(people)
    return {f"person:{person}": name for person, name in found.items()}
