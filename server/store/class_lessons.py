"""Lessons of classes that are still to come: how many, and what the classes are called in them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.class_names import ClassName
from server.store.tables import LessonRow
from server.store.timetable_tables import LearnersRow, ScheduleRow


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


def _unopened(now: datetime) -> ColumnElement[bool]:
    """Nobody has entered it, and it can still be held."""
    return LessonRow.opened.is_(None) & LessonRow.ended.is_(None) & (ScheduleRow.ends > now)


def _under_way() -> ColumnElement[bool]:
    return LessonRow.opened.is_not(None) & LessonRow.ended.is_(None)
