"""What a teacher sees first: now, today, what is left to do, the week, the newest replays."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TypedDict

from server.actions.lesson_cards import Here, LessonWords, cards, lasted
from server.programme.attendance import SCHOOL_TIME, evening
from server.programme.calendar import week_of_term
from server.programme.rights import Acting, Action, Reach, reach
from server.programme.schedule import LOBBY, LONGEST
from server.store.database import Database
from server.store.lessons import StoredLesson
from server.store.rolls import Rolls
from server.store.timetable import Timetable

MOST_A_WEEK = 250
"""Lessons of one answer: a school has some two hundred a week, a district comes in several."""
WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
OPEN_ROLLS, REPLAYS = 5, 3
"""How many of them the page shows."""


class OpenRollWords(TypedDict):
    """A roll that was not called."""

    lesson: str
    title: str
    room: str
    ended: str
    handed_on: bool
    """Whether it is the school's by now."""


class ReplayWords(TypedDict):
    """A lesson that was held."""

    lesson: str
    title: str
    ended: str
    seconds: float


class HomeWords(TypedDict):
    """Everything on the page."""

    time: str
    """The server's clock: what is now."""
    week_of_term: int | None
    """Which week of the term it is; none in the holidays, or if nobody said when terms begin."""
    plans: bool
    """Whether whoever asks may plan lessons."""
    now: LessonWords | None
    counted: dict[str, int]
    """Of the rooms of that lesson whose roll was called, how many were there, by participant."""
    today: list[LessonWords]
    week: list[LessonWords]
    rolls: list[OpenRollWords]
    replays: list[ReplayWords]
    again: LessonWords | None
    """The lesson they taught last, to teach the like at once."""


class WeekWords(TypedDict):
    """One week of the timetable."""

    monday: str
    plans: bool
    lessons: list[LessonWords]
    more: bool
    """Whether the next page has more of them."""


async def home(
    database: Database, acting: Acting, here: Here, now: datetime, terms: Sequence[date] = ()
) -> HomeWords:
    """The page of whoever asks; `terms` are the first days of the school's."""
    timetable, begin = Timetable(database), monday(now)
    # What began before midnight may still go on, and what begins after it may be entered already.
    span = begin - LONGEST, begin + WEEK + LOBBY
    found = await timetable.between(acting, *span, own=True, limit=MOST_A_WEEK)
    last = await timetable.hosted_last(acting)
    near = await cards(database, acting, found, here)
    again = await cards(database, acting, [last] if last else [], here)
    current = _current(found, now)
    shown = list(zip(near, map(_starts, found), strict=True))
    return HomeWords(
        time=now.isoformat(),
        week_of_term=week_of_term(terms, now.astimezone(SCHOOL_TIME).date()),
        plans=_plans(acting),
        now=next((card for card, _ in shown if card["id"] == current), None),
        counted=await _counted(database, found, current),
        today=[card for card, starts in shown if card["id"] != current and _same_day(starts, now)],
        week=[card for card, starts in shown if begin <= starts < begin + WEEK],
        rolls=await _rolls(timetable, acting, now),
        replays=[_replay(one) for one in await timetable.taught(acting, REPLAYS)],
        again=next(iter(again), None),
    )


async def week(
    database: Database, acting: Acting, day: datetime, here: Here, *, own: bool, page: int = 0
) -> WeekWords:
    """One page, from 0, of the week of a day: one's own lessons, or all that one may know of."""
    begin = monday(day)
    found = await Timetable(database).between(
        acting,
        begin,
        begin + WEEK,
        own=own,
        limit=MOST_A_WEEK + 1,
        offset=page * MOST_A_WEEK,
    )
    return WeekWords(
        monday=begin.date().isoformat(),
        plans=_plans(acting),
        lessons=await cards(database, acting, found[:MOST_A_WEEK], here),
        more=len(found) > MOST_A_WEEK,
    )


def monday(day: datetime) -> datetime:
    """When the week of a day begins on a school's clock."""
    local = day.astimezone(SCHOOL_TIME)
    first = local.date() - timedelta(days=local.weekday())
    return datetime.combine(first, time(), SCHOOL_TIME)


def _plans(acting: Acting) -> bool:
    return reach(acting.capacity, Action.PLAN_LESSON) is not Reach.NONE


def _current(own: list[StoredLesson], now: datetime) -> str | None:
    """The lesson that is under way, or else today's next one."""
    left = [one for one in own if one.ended is None]
    under_way = (one for one in left if one.opened is not None)
    to_come = (one for one in left if one.opened is None and _is_next(one, now))
    first = next(under_way, None) or next(to_come, None)
    return None if first is None else first.lesson.id


async def _counted(
    database: Database, own: Sequence[StoredLesson], current: str | None
) -> dict[str, int]:
    rooms = [
        room.participant for one in own if one.lesson.id == current for room in one.lesson.rooms
    ]
    # The oldest come first: what a room declared last stands.
    return {one.room: one.numbers.present for one in await Rolls(database).of(rooms)}


def _is_next(stored: StoredLesson, now: datetime) -> bool:
    starts = _starts(stored)
    return _ends(stored) > now and (_same_day(starts, now) or starts - LOBBY <= now)


def _same_day(one: datetime, other: datetime) -> bool:
    return one.astimezone(SCHOOL_TIME).date() == other.astimezone(SCHOOL_TIME).date()


def _starts(stored: StoredLesson) -> datetime:
    assert stored.lesson.schedule is not None  # only lessons of the timetable are asked for
    return stored.lesson.schedule.starts


def _ends(stored: StoredLesson) -> datetime:
    assert stored.lesson.schedule is not None  # only lessons of the timetable are asked for
    return stored.lesson.schedule.ends


async def _rolls(timetable: Timetable, acting: Acting, now: datetime) -> list[OpenRollWords]:
    """A teacher's rolls of a week; of a school those of a month that were handed on to it.

    A teacher reads the newest first, which is still theirs to call; a school the oldest, which
    was handed on before all others.
    """
    school = reach(acting.capacity, Action.DECLARE_ATTENDANCE) is Reach.ORGANISATION
    since = now - (MONTH if school else WEEK)
    found = [
        OpenRollWords(
            lesson=stored.lesson.id,
            title=stored.lesson.title,
            room=next(one.name for one in stored.lesson.rooms if one.participant == room),
            ended=stored.ended.isoformat(),
            handed_on=now >= evening(stored.ended),
        )
        for stored, room in await timetable.undeclared(acting, since, OPEN_ROLLS, newest=not school)
        if stored.ended is not None
    ]
    return [one for one in found if one["handed_on"] or not school]


def _replay(stored: StoredLesson) -> ReplayWords:
    assert stored.ended is not None  # held lessons alone are asked for
    return ReplayWords(
        lesson=stored.lesson.id,
        title=stored.lesson.title,
        ended=stored.ended.isoformat(),
        seconds=lasted(stored) or 0.0,
    )
