"""Lessons and their rooms as rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.lesson import Lesson, Room
from server.store.database import Database
from server.store.tables import LessonRow, RoomRow


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


class Lessons:
    """The repository of lessons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, lesson: Lesson, now: datetime) -> None:
        """Keep a newly planned lesson."""
        async with self._database.transaction() as session:
            session.add(
                LessonRow(
                    id=lesson.id,
                    title=lesson.title,
                    planned_seconds=lesson.planned_seconds,
                    created=now,
                )
            )
            await session.flush()
            session.add_all(_room_rows(lesson))

    async def find(self, lesson: str) -> StoredLesson | None:
        """A lesson by its id."""
        async with self._database.transaction() as session:
            row = await session.get(LessonRow, lesson)
            return None if row is None else await _stored(session, row)

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

    async def mark_opened(self, lesson: str, now: datetime) -> None:
        """The lobby opened."""
        await self._update(lesson, opened=now)

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
            return [await _stored(session, row) for row in await session.scalars(query)]


def _room_rows(lesson: Lesson) -> list[RoomRow]:
    return [
        RoomRow(
            participant=room.participant,
            lesson=lesson.id,
            position=position,
            name=room.name,
            host=room.host,
        )
        for position, room in enumerate(lesson.rooms)
    ]


async def _stored(session: AsyncSession, row: LessonRow) -> StoredLesson:
    rooms = await session.scalars(
        select(RoomRow).where(RoomRow.lesson == row.id).order_by(RoomRow.position)
    )
    lesson = Lesson(
        id=row.id,
        title=row.title,
        planned_seconds=row.planned_seconds,
        rooms=tuple(Room(participant=r.participant, name=r.name, host=r.host) for r in rooms),
    )
    return StoredLesson(lesson=lesson, created=row.created, opened=row.opened, ended=row.ended)
