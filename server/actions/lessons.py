"""What operators do with lessons: plan them, list them, make links, have them ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from server.access.ids import uuid7
from server.actions.links import LessonLinks, LinkMaker, described
from server.programme.lesson import plan_lesson
from server.store.database import open_database
from server.store.lessons import Lessons, StoredLesson
from signaling.errors import Code, UserError
from signaling.events import Role


@dataclass(frozen=True, kw_only=True)
class NewLesson:
    """What somebody wants to teach."""

    title: str
    """What it is about."""
    host_room: str
    """The classroom it is taught from."""
    rooms: tuple[str, ...]
    """The other classrooms."""
    minutes: float
    """How long it should last."""


async def create(
    data: Path, new: NewLesson, maker: LinkMaker, bases: Sequence[str], now: datetime
) -> LessonLinks:
    """Plan a lesson; its ids and links.

    Raises:
        PlanError: it can't be planned like this.
    """
    lesson = plan_lesson(new.title, new.host_room, new.rooms, new.minutes, uuid7)
    async with open_database(data) as database:
        await Lessons(database).add(lesson, now)
    return described(lesson, maker, bases)


async def link(
    data: Path,
    lesson: str,
    role: Role,
    room: str | None,
    maker: LinkMaker,
    name: str | None = None,
) -> str:
    """One link of a lesson; `room` is a classroom's name or participant id, `name` its holder's.

    Raises:
        UserError: there is no such lesson or room.
    """
    stored = await _find(data, lesson)
    places = {r.name: r.participant for r in stored.lesson.rooms}
    return maker.link(stored.lesson, role, places.get(room, room) if room else None, name)


class Listed(TypedDict):
    """A lesson as the list has it."""

    lesson: str
    title: str
    state: str
    created: str
    rooms: list[str]


async def newest(data: Path) -> list[Listed]:
    """The lessons planned last, as `tongke lesson list --json` prints them."""
    async with open_database(data) as database:
        return [_listed(stored) for stored in await Lessons(database).newest()]


async def end(data: Path, lesson: str, now: datetime) -> None:
    """Ask the running server to end a lesson; raises `UserError` if there is no such lesson."""
    async with open_database(data) as database:
        if await Lessons(database).find(lesson) is None:
            raise UserError(Code.LESSON_UNKNOWN)
        await Lessons(database).ask_end(lesson, now)


async def _find(data: Path, lesson: str) -> StoredLesson:
    async with open_database(data) as database:
        stored = await Lessons(database).find(lesson)
    if stored is None:
        raise UserError(Code.LESSON_UNKNOWN)
    return stored


def _listed(stored: StoredLesson) -> Listed:
    lesson = stored.lesson
    state = "ended" if stored.ended else "open" if stored.opened else "planned"
    return {
        "lesson": lesson.id,
        "title": lesson.title,
        "state": state,
        "created": stored.created.isoformat(),
        "rooms": [room.name for room in lesson.rooms],
    }
