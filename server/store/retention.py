"""Which lessons are due for deletion, what was chosen to be kept, and the rows that are deleted.

What was said about a lesson and who watched it go with its records, not with its media: both are
evidence of the pairing round, and the yearly audit asks who saw what is deleted by then.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, delete, exists, func, select
from sqlalchemy.orm import aliased

from server.programme.refusal import Refusal, RefusedError
from server.programme.retention import Kept
from server.store import audit
from server.store.certificates import Certificate, hold, is_there, put
from server.store.database import Database
from server.store.mark_tables import ExpectedPupilRow, MarkRow, ObserverRow
from server.store.preparation_tables import HandoutRow, PreparationNoteRow, PreparedRow
from server.store.pupil_tables import KnownPupilRow
from server.store.retention_tables import KeptRow
from server.store.review_tables import CommentRow, StretchRow, ViewingRow
from server.store.tables import (
    AccountRow,
    DeclarationRow,
    DerivedRow,
    JobRow,
    LessonRow,
    PersonRow,
    RoomRow,
    Table,
)
from server.store.timetable_tables import ExpectedRow, ScheduleRow

MEDIA = "delete_media"
"""The job that deletes a lesson's media; its certificate's reason too."""
RECORDS = "delete_records"
"""The job that deletes a lesson's records; its certificate's reason too."""


class Retentions:
    """The repository of what is kept how long."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due_media(self, before: datetime, today: date, most: int) -> list[str]:
        """Lessons that began before and are not kept, oldest first; none that has the job."""
        return await self._due(before, most, ~_asked(MEDIA), ~_is_kept(today))

    async def media_over(self, before: datetime, on: date) -> list[str]:
        """Lessons that began before, are not kept on a day, and whose media are still there."""
        return await self._due(before, None, ~_asked(MEDIA, "done"), ~_is_kept(on))

    async def due_records(self, before: datetime, most: int) -> list[str]:
        """Lessons that began before and whose media are gone; none that has the job."""
        return await self._due(before, most, ~_asked(RECORDS), _asked(MEDIA, "done"))

    async def due_unheld(self, before: datetime, most: int) -> list[str]:
        """Lessons planned for before and never held, but prepared; none that has the job."""
        lesson = LessonRow.id
        query = (
            select(lesson)
            .join(ScheduleRow, ScheduleRow.lesson == lesson)
            .where(
                LessonRow.opened.is_(None),
                ScheduleRow.starts < before,
                exists().where(PreparationNoteRow.lesson == lesson)
                | exists().where(HandoutRow.lesson == lesson),
                ~_asked(RECORDS),
            )
            .order_by(ScheduleRow.starts, lesson)
            .limit(most)
        )
        async with self._database.transaction() as session:
            return list(await session.scalars(query))

    async def _due(
        self, before: datetime, most: int | None, *conditions: ColumnElement[bool]
    ) -> list[str]:
        query = (
            select(LessonRow.id)
            .where(LessonRow.ended.is_not(None), LessonRow.opened < before, *conditions)
            .order_by(LessonRow.opened, LessonRow.id)
            .limit(most)
        )
        async with self._database.transaction() as session:
            return list(await session.scalars(query))

    async def last(self, lessons: Collection[str]) -> dict[str, tuple[Kept, str]]:
        """The last choice of those of these lessons of which there is one, and who chose."""
        query = (
            select(KeptRow, AccountRow.name)
            .outerjoin(AccountRow, AccountRow.id == KeptRow.chosen_by)
            .where(KeptRow.id.in_(_newest(lessons)))
        )
        async with self._database.transaction() as session:
            return {
                row.lesson: (_read(row), name or "") for row, name in await session.execute(query)
            }

    async def choose(self, kept: Kept, entry: audit.Entry) -> None:
        """Keep a choice.

        Raises:
            RefusedError: it is too late.
        """
        async with self._database.transaction() as session:
            audit.write(session, entry, kept.lesson)
            # A transaction that has written is alone: nobody certifies under us.
            await session.flush()
            if await is_there(session, kept.lesson, MEDIA):
                raise RefusedError(Refusal.KEEP_TOO_LATE)
            session.add(KeptRow(**vars(kept)))

    async def certify_media(self, certificate: Certificate, today: date) -> bool:
        """Keep a certificate before the media are deleted; false if they are to be kept."""
        async with self._database.transaction() as session:
            await hold(session, certificate.lesson)
            if await session.scalar(select(_is_kept(today, certificate.lesson))):
                return False
            if certificate.files and not await is_there(session, certificate.lesson, MEDIA):
                put(session, certificate)
        return True

    async def certify_records(self, certificate: Certificate) -> None:
        """Keep a certificate before the records are deleted; the first of a lesson stays."""
        async with self._database.transaction() as session:
            await hold(session, certificate.lesson)
            if not await is_there(session, certificate.lesson, RECORDS):
                put(session, certificate)

    async def records(self, lesson: str) -> list[str]:
        """Every row of what was noted of a lesson, as text, in a lasting order."""
        async with self._database.transaction() as session:
            return [
                repr(sorted(row._mapping.items()))
                for table, mine in _records(lesson)
                for row in await session.execute(
                    select(table.__table__).where(mine).order_by(*table.__table__.primary_key)
                )
            ]

    async def delete_records(self, lesson: str) -> None:
        """Delete those rows."""
        async with self._database.transaction() as session:
            for table, mine in _records(lesson):
                await session.execute(delete(table).where(mine))


def _records(lesson: str) -> Sequence[tuple[type[Table], ColumnElement[bool]]]:
    rooms = select(RoomRow.participant).where(RoomRow.lesson == lesson)
    rolls = select(DeclarationRow.id).where(DeclarationRow.room.in_(rooms))
    sittings = select(ViewingRow.id).where(ViewingRow.lesson == lesson)
    return (
        (MarkRow, MarkRow.declaration.in_(rolls)),
        (ExpectedPupilRow, ExpectedPupilRow.room.in_(rooms)),
        (DerivedRow, DerivedRow.lesson == lesson),
        (DeclarationRow, DeclarationRow.room.in_(rooms)),
        (ExpectedRow, ExpectedRow.room.in_(rooms)),
        (ObserverRow, ObserverRow.lesson == lesson),
        (PreparationNoteRow, PreparationNoteRow.lesson == lesson),
        (HandoutRow, HandoutRow.lesson == lesson),
        (PreparedRow, PreparedRow.lesson == lesson),
        (PersonRow, PersonRow.lesson == lesson),
        (KnownPupilRow, KnownPupilRow.lesson == lesson),
        (CommentRow, CommentRow.lesson == lesson),
        (StretchRow, StretchRow.viewing.in_(sittings)),
        (ViewingRow, ViewingRow.lesson == lesson),
    )


def _asked(kind: str, *states: str) -> ColumnElement[bool]:
    """Whether a lesson has the job, in one of these states if any are named."""
    job = exists().where(JobRow.lesson == LessonRow.id, JobRow.kind == kind)
    return job.where(JobRow.state.in_(states)) if states else job


def _is_kept(today: date, lesson: str | None = None) -> ColumnElement[bool]:
    """Whether the last choice of a lesson keeps it on this day."""
    later = aliased(KeptRow)
    return exists().where(
        KeptRow.lesson == (LessonRow.id if lesson is None else lesson),
        KeptRow.until > today,
        ~exists().where(later.lesson == KeptRow.lesson, later.id > KeptRow.id),
    )


def _newest(lessons: Collection[str]) -> Select[str]:
    return select(func.max(KeptRow.id)).where(KeptRow.lesson.in_(lessons)).group_by(KeptRow.lesson)


def _read(row: KeptRow) -> Kept:
    return Kept(id=row.id, lesson=row.lesson, chosen_by=row.chosen_by, until=row.until, why=row.why)
