"""Lessons and their rooms as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.lesson import Lesson
from server.store import expected, lesson_rows
from server.store.database import Database
from server.store.tables import LessonRow
from server.store.timetable_tables import PlaceRow, ScheduleRow


@dataclass(frozen=True, kw_only=True)
class StoredLesson:
    """A planned lesson and how far it has come."""

    lesson: Lesson
    """The plan."""
    created: datetime
    """When it was planned."""
    opened: datetime | None
    """When its lobby opened: lesson time zero."""
    ended: datetime | None
    """When it ended."""


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """A running lesson is to leave its classroom to the next one."""

    lesson: str
    """The running one."""
    at: datetime
    """When: at the next one's bell."""


class Lessons:
    """The repository of lessons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, lesson: Lesson, now: datetime) -> None:
        """Keep a newly planned lesson."""
        async with self._database.transaction() as session:
            await insert(session, lesson, now)

    async def find(self, lesson: str) -> StoredLesson | None:
        """A lesson by its id."""
        async with self._database.transaction() as session:
            row = await session.get(LessonRow, lesson)
            return None if row is None else (await stored(session, [row]))[0]

    async def newest(self, limit: int = 100) -> list[StoredLesson]:
        """The lessons planned last, newest first."""
        return await self._select(LessonRow.created.is_not(None), limit)

    async def unfinished(self) -> list[StoredLesson]:
        """Lessons that were opened and have not ended: a new server takes them up."""
        return await self._select(LessonRow.opened.is_not(None) & LessonRow.ended.is_(None), 1000)

    async def to_be_ended(self) -> list[str]:
        """Ids of lessons whose end an operator asked for and that have not ended."""
        query = select(LessonRow.id).where(
            LessonRow.end_asked.is_not(None), LessonRow.ended.is_(None)
        )
        async with self._database.transaction() as session:
            return list(await session.scalars(query))

    async def hand_overs(self, now: datetime, within: timedelta) -> list[HandOver]:
        """Running lessons whose classroom the next one takes by `now + within`, or should have.

        The next one takes the room at its bell. One whose bell had rung before this lesson was
        entered gave way to it, until somebody enters that one too; one whose time is over claims
        nothing any more.
        """
        held, due = PlaceRow.__table__.alias("held"), PlaceRow.__table__.alias("due")
        following = ScheduleRow.__table__.alias("following")
        waiting = LessonRow.__table__.alias("waiting")
        at = case(
            (following.c.starts > ScheduleRow.ends, following.c.starts), else_=ScheduleRow.ends
        )
        rings = following.c.starts > LessonRow.opened
        query = (
            select(LessonRow.id, func.min(at, type_=ScheduleRow.ends.type))
            .join(ScheduleRow, ScheduleRow.lesson == LessonRow.id)
            .join(held, held.c.lesson == LessonRow.id)
            .join(due, (due.c.classroom == held.c.classroom) & (due.c.lesson != held.c.lesson))
            .join(following, following.c.lesson == due.c.lesson)
            .join(waiting, waiting.c.id == due.c.lesson)
            .where(LessonRow.opened.is_not(None), LessonRow.ended.is_(None))
            .where(waiting.c.ended.is_(None), rings | (waiting.c.opened > LessonRow.opened))
            .where((following.c.ends > now) | waiting.c.opened.is_not(None))
            .where(following.c.starts >= ScheduleRow.ends, following.c.starts <= now + within)
            .where(ScheduleRow.ends <= now + within)
            .group_by(LessonRow.id)
        )
        async with self._database.transaction() as session:
            rows = (await session.execute(query)).all()
        return [HandOver(lesson=lesson, at=moment) for lesson, moment in rows]

    async def mark_opened(self, lesson: str, now: datetime) -> bool:
        """The lobby opened: from now on it is known how many belong to each room.

        False, and nothing is changed, if the lesson was called off before.
        """
        query = update(LessonRow).where(LessonRow.id == lesson, LessonRow.ended.is_(None))
        async with self._database.transaction() as session:
            opened = await session.scalar(query.values(opened=now).returning(LessonRow.id))
            if opened is not None:
                await expected.keep(session, lesson, now)
            return opened is not None

    async def mark_ended(self, lesson: str, now: datetime) -> None:
        """The lesson is over."""
        await self._update(lesson, ended=now)

    async def ask_end(self, lesson: str, now: datetime) -> None:
        """An operator wants it to end; a running server looks for this once a second."""
        await self._update(lesson, end_asked=now)

    async def _update(self, lesson: str, **values: datetime) -> None:
        async with self._database.transaction() as session:
            await session.execute(update(LessonRow).where(LessonRow.id == lesson).values(**values))

    async def _select(self, condition: ColumnElement[bool], limit: int) -> list[StoredLesson]:
        query = select(LessonRow).where(condition).order_by(LessonRow.created.desc()).limit(limit)
        async with self._database.transaction() as session:
            return await stored(session, (await session.scalars(query)).all())


async def insert(session: AsyncSession, lesson: Lesson, now: datetime) -> None:
    """Keep a new lesson within a transaction."""
    session.add(
        LessonRow(
            id=lesson.id,
            title=lesson.title,
            planned_seconds=lesson.planned_seconds,
            created=now,
        )
    )
    await session.flush()
    await insert_parts(session, lesson)


async def insert_parts(session: AsyncSession, lesson: Lesson) -> None:
    """Keep the rooms and the schedule of a lesson whose own row stands."""
    session.add_all(lesson_rows.room_rows(lesson))
    await session.flush()
    session.add_all(lesson_rows.timetable_rows(lesson))
    await session.flush()


async def stored(session: AsyncSession, rows: Sequence[LessonRow]) -> list[StoredLesson]:
    """The lessons of some rows, in the same order."""
    lessons = await lesson_rows.read(session, rows)
    return [
        StoredLesson(lesson=lesson, created=row.created, opened=row.opened, ended=row.ended)
        for lesson, row in zip(lessons, rows, strict=True)
    ]
