"""Who was in a lesson from when to when, folded from its journal each time it is asked."""

import asyncio
from pathlib import Path
from typing import TypedDict

from recorder.presence import Interval, Turn, fold, turns
from server.store.database import open_database
from server.store.folder import lesson_folder, read_journal
from server.store.lessons import Lessons
from server.store.people import People
from signaling.errors import Code, UserError


class IntervalWords(TypedDict):
    """One stretch of somebody's presence; times are lesson time in seconds, none while it lasts."""

    participant: str
    name: str
    role: str
    start: float
    end: float | None
    reason: str | None


class TurnWords(TypedDict):
    """A stretch in which somebody was called to speak."""

    participant: str
    start: float
    end: float | None


class PresenceWords(TypedDict):
    """The presence of one lesson."""

    lesson: str
    ended: bool
    intervals: list[IntervalWords]
    turns: list[TurnWords]


async def presence_of(data: Path, lesson: str) -> PresenceWords:
    """The presence of a lesson, running or ended.

    Raises:
        UserError: there is no such lesson.
    """
    async with open_database(data) as database:
        stored = await Lessons(database).find(lesson)
        if stored is None:
            raise UserError(Code.LESSON_UNKNOWN)
        names = await People(database).names(lesson)
    names |= {room.participant: room.name for room in stored.lesson.rooms}
    journal = await asyncio.to_thread(read_journal, lesson_folder(data, lesson))
    return PresenceWords(
        lesson=lesson,
        ended=journal.sealed,
        intervals=[_interval(interval, names) for interval in fold(journal.lines)],
        turns=[_turn(turn) for turn in turns(journal.lines)],
    )


def _interval(interval: Interval, names: dict[str, str]) -> IntervalWords:
    return IntervalWords(
        participant=interval.participant,
        name=names.get(interval.participant, ""),
        role=interval.role.value,
        start=interval.start,
        end=interval.end,
        reason=None if interval.reason is None else interval.reason.value,
    )


def _turn(turn: Turn) -> TurnWords:
    return TurnWords(participant=turn.participant, start=turn.start, end=turn.end)
