"""From a line of the timetable to the lesson: a link of the existing kind, for one person."""

from datetime import datetime, timedelta
from enum import StrEnum

from server.access.tokens import Claims, LinkKey
from server.actions.acting import check
from server.actions.timetable import concern_of, found
from server.programme.lesson import Lesson
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Concern, may
from server.programme.schedule import check_lobby
from server.store.database import Database
from server.store.directory import Directory
from server.store.lessons import StoredLesson
from signaling.events import Role
from signaling.ids import LessonId, ParticipantId

LASTS = timedelta(hours=12)
"""How long such a link holds after the lesson: as long as its roll may be called, and the night."""
LONGEST_NAME = 40
"""Characters of a name that a link carries."""


class Door(StrEnum):
    """Which page of a lesson somebody wants to open."""

    LESSON = "lesson"
    ROLL = "roll"
    REPLAY = "replay"


NEEDS = {
    Door.LESSON: Action.LEAD_LESSON,
    Door.ROLL: Action.DECLARE_ATTENDANCE,
    Door.REPLAY: Action.REPLAY_LESSON,
}
"""What whoever works in a lesson needs for each page."""


async def enter(
    database: Database, acting: Acting, key: LinkKey, lesson: str, door: Door, now: datetime
) -> str:
    """The address of a page of a lesson, with a link for whoever asks.

    Who works in it comes as a teacher of their room; others as far as their rights go.

    Raises:
        RefusedError: it does not take place, its lobby is not open yet, or this is not allowed.
    """
    stored = await found(database, acting, lesson)
    schedule = stored.lesson.schedule
    assert schedule is not None  # `found` looks in the timetable
    if door is Door.LESSON and stored.opened is None:
        check_lobby(schedule, now)
    until = max(schedule.ends, now) + LASTS
    claims = await _claims(database, acting, stored, door, until)
    return f"/{door}#{key.sign(claims)}"


async def _claims(
    database: Database, acting: Acting, stored: StoredLesson, door: Door, until: datetime
) -> Claims:
    lesson = stored.lesson
    concern = await concern_of(database, lesson)
    room = lesson.room_of(acting.id)
    if room is not None and may(acting, NEEDS[door], concern):
        return _signed(lesson, Role.TEACHER, until, place=room.participant, person=acting.id)
    role = _guest(acting, concern, door)
    names = await Directory(database).people([acting.id])
    # Whoever comes to listen is observing by their account; an inspector is nobody.
    listens = door is Door.LESSON and role is Role.VIEWER
    return _signed(
        lesson,
        role,
        until,
        name=names.get(acting.id, "")[:LONGEST_NAME] or None,
        person=acting.id if listens else None,
    )


def _guest(acting: Acting, concern: Concern, door: Door) -> Role:
    """As what somebody comes who does not work in the lesson."""
    match door:
        case Door.ROLL:
            raise RefusedError(Refusal.NOT_YOURS)
        case Door.REPLAY:
            check(acting, Action.REPLAY_LESSON, concern)
            return Role.VIEWER
        case Door.LESSON if may(acting, Action.JOIN_LESSON, concern):
            return Role.VIEWER
        case _:
            check(acting, Action.INSPECT_LESSON, concern)
            return Role.INSPECTOR


def _signed(
    lesson: Lesson,
    role: Role,
    until: datetime,
    *,
    place: str | None = None,
    name: str | None = None,
    person: str | None = None,
) -> Claims:
    return Claims(
        lesson=LessonId(lesson.id),
        role=role,
        place=None if place is None else ParticipantId(place),
        name=name,
        person=person,
        exp=int(until.timestamp()),
    )
