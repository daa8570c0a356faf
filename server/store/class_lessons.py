"""Lessons that are still to come: of which classes, by which pairings, and whether those stand."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.class_names import ClassName
from server.programme.lesson import Lesson
from server.programme.refusal import Refusal, RefusedError
from server.store.school_tables import ClassGroupRow, PairingRow
from server.store.tables import LessonRow
from server.store.timetable_tables import LearnersRow, PlaceRow, ScheduleRow


async def to_come(session: AsyncSession, groups: Collection[str], now: datetime) -> dict[str, int]:
    """How many lessons each of some classes still has, by its id; those under way too."""
    query = (
        select(LearnersRow.class_group, func.count(LearnersRow.lesson.distinct()))
        .join(LessonRow, LessonRow.id == LearnersRow.lesson)
        .join(ScheduleRow, ScheduleRow.lesson == LearnersRow.lesson)
        .where(LearnersRow.class_group.in_(groups), _unopened(now) | _under_way())
        .group_by(LearnersRow.class_group)
    )
    return {group: count for group, count in await session.execute(query) if group is not None}


async def rename(session: AsyncSession, group: str, name: ClassName, now: datetime) -> None:
    """Call a class by its new name in the lessons to come; those that were held keep theirs."""
    lessons = (
        select(LessonRow.id)
        .join(ScheduleRow, ScheduleRow.lesson == LessonRow.id)
        .where(_unopened(now))
    )
    await session.execute(
        update(LearnersRow)
        .where(LearnersRow.class_group == group, LearnersRow.lesson.in_(lessons))
        .values(name=str(name), grade=name.grade)
        .execution_options(synchronize_session=False)
    )


async def through(session: AsyncSession, pairing: str, now: datetime) -> list[tuple[str, str]]:
    """The lessons by a pairing that nobody has entered yet: id and title, the earliest first."""
    query = (
        select(LessonRow.id, LessonRow.title)
        .join(ScheduleRow, ScheduleRow.lesson == LessonRow.id)
        .where(_unopened(now), LessonRow.id.in_(_lessons_by(pairing)))
        .order_by(ScheduleRow.starts, LessonRow.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def call_off(
    session: AsyncSession, lessons: Collection[str], why: str, now: datetime
) -> None:
    """Have lessons that nobody has entered not take place."""
    await session.execute(update(LessonRow).where(LessonRow.id.in_(lessons)).values(ended=now))
    await session.execute(
        update(ScheduleRow).where(ScheduleRow.lesson.in_(lessons)).values(called_off=why)
    )


def _lessons_by(pairing: str) -> Select[str]:
    return select(PlaceRow.lesson).where(PlaceRow.pairing == pairing)


async def check_planned(session: AsyncSession, lesson: Lesson) -> None:
    """Go on only if the classes and pairings of a lesson are not over; it was written before.

    Raises:
        RefusedError: one was closed or ended since somebody chose it.
    """
    groups = {one.class_group for place in lesson.places for one in place.learners}
    closed = select(ClassGroupRow).where(
        ClassGroupRow.id.in_(groups - {None}), ClassGroupRow.closed.is_not(None)
    )
    for row in await session.scalars(closed):
        raise RefusedError(Refusal.CLASS_CLOSED, name=str(ClassName(row.grade, row.number)))
    pairings = {place.pairing for place in lesson.places}
    ended = PairingRow.id.in_(pairings - {None}), PairingRow.ended.is_not(None)
    if await session.scalar(select(PairingRow.id).where(*ended).limit(1)) is not None:
        raise RefusedError(Refusal.CHOICE_GONE)


def _unopened(now: datetime) -> ColumnElement[bool]:
    """Nobody has entered it, and it can still be held."""
    return LessonRow.opened.is_(None) & LessonRow.ended.is_(None) & (ScheduleRow.ends > now)


def _under_way() -> ColumnElement[bool]:
    return LessonRow.opened.is_not(None) & LessonRow.ended.is_(None)
