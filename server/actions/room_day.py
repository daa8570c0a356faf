"""What takes place in a classroom: the lesson that its screen enters by itself, and the next."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypedDict

from server.access.tokens import Claims, LinkKey
from server.actions.acting import check
from server.programme.attendance import SCHOOL_TIME
from server.programme.classroom import Classroom
from server.programme.lesson import Lesson, Room
from server.programme.rights import Action
from server.programme.schedule import LOBBY
from server.programme.screen import Screen
from server.store.database import Database
from server.store.lessons import StoredLesson
from server.store.room_lessons import RoomLessons
from signaling.events import Role
from signaling.ids import LessonId, ParticipantId

LINK_HOLDS = timedelta(hours=12)
"""How long a screen may come back into the lesson that it entered: longer than any lasts."""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """A lesson in a classroom."""

    lesson: Lesson
    """The lesson."""
    room: Room
    """What the classroom is in it."""
    starts: datetime | None
    """The bell that begins it; none where a lesson without a time waits for its teacher."""
    open: bool
    """Whether it may be entered now."""
    staff: frozenset[str] | None = None
    """Who is to teach or help there; none where nobody was planned."""


Occasions = Callable[[Classroom, datetime], Awaitable[Sequence[Occasion]]]
"""The lessons of a classroom that are on or still to come today, in order of time."""


class LessonWords(TypedDict):
    """The lesson that a screen enters."""

    id: str
    title: str
    host: bool
    token: str


class NextWords(TypedDict):
    """The lesson that comes next."""

    title: str
    starts: str | None


class DayWords(TypedDict):
    """What a classroom's screen is told."""

    screen: str
    classroom: str
    school: str
    lesson: LessonWords | None
    next: NextWords | None


def of_the_store(database: Database) -> Occasions:
    """A classroom's lessons: those of the timetable, then one beside it that names the room."""
    lessons = RoomLessons(database)

    async def occasions(classroom: Classroom, now: datetime) -> list[Occasion]:
        planned = await lessons.planned(classroom.id, now, _midnight(now))
        found = [_planned(one, classroom, now) for one in planned]
        named = await lessons.named(classroom, now)
        if named is not None:
            names = await lessons.called(classroom)
            found.append(_named(named.lesson, names))
        return found

    return occasions


def _planned(stored: StoredLesson, classroom: Classroom, now: datetime) -> Occasion:
    lesson, schedule = stored.lesson, stored.lesson.schedule
    assert schedule is not None  # it was found in the timetable
    room, place = next(
        (room, room.place)
        for room in lesson.rooms
        if room.place is not None and room.place.classroom == classroom.id
    )
    return Occasion(
        lesson=lesson,
        room=room,
        starts=schedule.starts,
        open=schedule.starts - LOBBY <= now,
        staff=frozenset(place.persons) or None,
    )


def _named(lesson: Lesson, names: frozenset[str]) -> Occasion:
    room = next(one for one in lesson.rooms if one.name in names)
    return Occasion(lesson=lesson, room=room, starts=None, open=True)


def _midnight(now: datetime) -> datetime:
    """The end of the school's day."""
    today = now.astimezone(SCHOOL_TIME).date()
    return datetime.combine(today + timedelta(days=1), time(), SCHOOL_TIME)


async def day_of(screen: Screen, occasions: Occasions, key: LinkKey, now: datetime) -> DayWords:
    """What a screen shows now, with the link by which it enters.

    Raises:
        RefusedError: a room's device may not, says the table of rights.
    """
    check(screen.acting, Action.JOIN_LESSON, screen.own)
    found = await occasions(screen.classroom, now)
    current = next((one for one in found if one.open), None)
    following = next((one for one in found if one is not current), None)
    return DayWords(
        screen=screen.id,
        classroom=screen.classroom.name,
        school=screen.classroom.organisation.name,
        lesson=None if current is None else _lesson(current, key, now),
        next=None if following is None else _next(following),
    )


def _lesson(occasion: Occasion, key: LinkKey, now: datetime) -> LessonWords:
    claims = Claims(
        lesson=LessonId(occasion.lesson.id),
        role=Role.ROOM,
        place=ParticipantId(occasion.room.participant),
        exp=int((now + LINK_HOLDS).timestamp()),
    )
    return LessonWords(
        id=occasion.lesson.id,
        title=occasion.lesson.title,
        host=occasion.room.host,
        token=key.sign(claims),
    )


def _next(occasion: Occasion) -> NextWords:
    starts = occasion.starts
    return NextWords(
        title=occasion.lesson.title, starts=None if starts is None else starts.isoformat()
    )
