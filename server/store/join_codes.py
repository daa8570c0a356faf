"""The codes by which pupils join: one a lesson, which it does not outlive."""

from datetime import datetime

from sqlalchemy import delete, false, or_, select
from sqlalchemy.exc import IntegrityError

from server.store.database import Database
from server.store.pupil_tables import JoinCodeRow
from server.store.tables import LessonRow


class JoinCodes:
    """The repository of join codes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, lesson: str, now: datetime) -> tuple[str, datetime] | None:
        """The code of a lesson and when it ends; none if it has none just now."""
        query = select(JoinCodeRow.code, JoinCodeRow.expires).where(
            JoinCodeRow.lesson == lesson, JoinCodeRow.expires > now
        )
        async with self._database.transaction() as session:
            row = (await session.execute(query)).one_or_none()
            return None if row is None else (row.code, row.expires)

    async def put(
        self, lesson: str, code: str, expires: datetime, now: datetime, *, instead: bool = True
    ) -> bool:
        """Give a lesson this code; false if another lesson has it.

        It has it `instead` of the one before; else false too if the lesson has one already.
        What has expired, and what belongs to a lesson that has ended, is forgotten.
        """
        ended = select(LessonRow.id).where(LessonRow.ended.is_not(None))
        over = or_(
            JoinCodeRow.lesson == lesson if instead else false(),
            JoinCodeRow.expires <= now,
            JoinCodeRow.lesson.in_(ended),
        )
        try:
            async with self._database.transaction() as session:
                await session.execute(delete(JoinCodeRow).where(over))
                session.add(JoinCodeRow(lesson=lesson, code=code, expires=expires))
                await session.flush()
        except IntegrityError:
            return False
        return True

    async def lesson(self, code: str, now: datetime) -> tuple[str, datetime] | None:
        """The lesson that a code opens and until when; none if it opens nothing."""
        query = (
            select(JoinCodeRow.lesson, JoinCodeRow.expires)
            .join(LessonRow, LessonRow.id == JoinCodeRow.lesson)
            .where(JoinCodeRow.code == code, JoinCodeRow.expires > now, LessonRow.ended.is_(None))
        )
        async with self._database.transaction() as session:
            row = (await session.execute(query)).one_or_none()
            return None if row is None else (row.lesson, row.expires)
