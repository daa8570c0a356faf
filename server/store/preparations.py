"""What the teachers of lessons prepare together, as rows; the files are in `handouts`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.preparation import (
    MOST_FILES,
    MOST_NOTES,
    Handout,
    Note,
    Tick,
    is_aside,
)
from server.programme.refusal import Refusal, RefusedError
from server.store import audit
from server.store.certificates import is_there
from server.store.database import Database
from server.store.preparation_tables import HandoutRow, PreparationNoteRow, PreparedRow
from server.store.retention import RECORDS
from server.store.tables import LessonRow

_NOTE = ("id", "author", "at", "text", "aside")
_HANDOUT = ("id", "name", "kind", "octets", "added_by", "at")


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """All that is kept of one lesson's."""

    notes: tuple[Note, ...]
    """Every text that was saved, oldest first."""
    handouts: tuple[Handout, ...]
    """Its files, oldest first."""
    ticks: tuple[Tick, ...]
    """The rooms that are ready."""


class Preparations:
    """The repository of what is prepared."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, lesson: str) -> Preparation:
        """What is prepared for a lesson."""
        async with self._database.transaction() as session:
            return Preparation(
                notes=tuple(await _notes(session, lesson)),
                handouts=tuple(await _handouts(session, lesson)),
                ticks=tuple(await ticks_of(session, lesson)),
            )

    async def ready(self, lessons: Collection[str]) -> frozenset[str]:
        """The rooms of lessons whose side is ready, by their participants."""
        query = select(PreparedRow.room).where(PreparedRow.lesson.in_(lessons))
        async with self._database.transaction() as session:
            return frozenset(await session.scalars(query))

    async def write(self, lesson: str, note: Note, after: str | None, entry: audit.Entry) -> bool:
        """Keep a text that follows the note `after`; whether another stands that it did not see.

        Raises:
            RefusedError: the lesson is over.
        """
        async with self._database.transaction() as session:
            await _begin(session, lesson, entry)
            found = await _notes(session, lesson)
            aside = is_aside(found, after)
            session.add(PreparationNoteRow(lesson=lesson, **{**vars(note), "aside": aside}))
            oldest = [one.id for one in found[: max(0, len(found) + 1 - MOST_NOTES)]]
            await session.execute(
                delete(PreparationNoteRow).where(PreparationNoteRow.id.in_(oldest))
            )
        return aside

    async def add(self, lesson: str, handout: Handout, entry: audit.Entry) -> None:
        """Keep that a file was put to it.

        Raises:
            RefusedError: there are as many as may be, or the lesson is over.
        """
        async with self._database.transaction() as session:
            await _begin(session, lesson, entry)
            query = select(func.count()).where(HandoutRow.lesson == lesson)
            if (await session.scalar(query) or 0) >= MOST_FILES:
                raise RefusedError(Refusal.PREPARATION_FILES_MANY, most=MOST_FILES)
            session.add(HandoutRow(lesson=lesson, **vars(handout)))

    async def find(self, lesson: str, handout: str) -> Handout | None:
        """One of its files."""
        async with self._database.transaction() as session:
            found = await _handouts(session, lesson)
        return next((one for one in found if one.id == handout), None)

    async def remove(self, lesson: str, handout: str, entry: audit.Entry) -> None:
        """Forget a file.

        Raises:
            RefusedError: the lesson is over.
        """
        mine = HandoutRow.lesson == lesson, HandoutRow.id == handout
        async with self._database.transaction() as session:
            await _begin(session, lesson, entry)
            await session.execute(delete(HandoutRow).where(*mine))

    async def tick(self, lesson: str, tick: Tick, entry: audit.Entry) -> None:
        """Keep that a room's side is ready.

        Raises:
            RefusedError: the lesson is over.
        """
        row = insert(PreparedRow).values(lesson=lesson, **vars(tick)).on_conflict_do_nothing()
        async with self._database.transaction() as session:
            await _begin(session, lesson, entry)
            await session.execute(row)

    async def untick(self, lesson: str, room: str, entry: audit.Entry) -> None:
        """Keep that it is not ready after all.

        Raises:
            RefusedError: the lesson is over.
        """
        async with self._database.transaction() as session:
            await _begin(session, lesson, entry)
            await session.execute(delete(PreparedRow).where(PreparedRow.room == room))


async def _begin(session: AsyncSession, lesson: str, entry: audit.Entry) -> None:
    """Begin a change of what is prepared for a lesson that is not over.

    The records of one that was never held are deleted in time too.
    """
    audit.write(session, entry, lesson)
    # A transaction that has written is alone: of two who save at once the second waits and sees.
    await session.flush()
    over = select(LessonRow.ended.is_not(None)).where(LessonRow.id == lesson)
    if await session.scalar(over) or await is_there(session, lesson, RECORDS):
        raise RefusedError(Refusal.PREPARATION_OVER)


async def ticks_of(session: AsyncSession, lesson: str) -> list[Tick]:
    """The sides of a lesson that are ready."""
    rows = await session.scalars(select(PreparedRow).where(PreparedRow.lesson == lesson))
    return [Tick(room=row.room, person=row.person, at=row.at) for row in rows]


def keep_ticks(session: AsyncSession, lesson: str, ticks: Iterable[Tick]) -> None:
    """Keep them in a transaction in which the rooms were written anew."""
    session.add_all(PreparedRow(lesson=lesson, **vars(tick)) for tick in ticks)


async def _notes(session: AsyncSession, lesson: str) -> list[Note]:
    query = (
        select(PreparationNoteRow)
        .where(PreparationNoteRow.lesson == lesson)
        .order_by(PreparationNoteRow.id)
    )
    rows = await session.scalars(query)
    return [Note(**{name: getattr(row, name) for name in _NOTE}) for row in rows]


async def _handouts(session: AsyncSession, lesson: str) -> list[Handout]:
    query = select(HandoutRow).where(HandoutRow.lesson == lesson).order_by(HandoutRow.id)
    rows = await session.scalars(query)
    return [Handout(**{name: getattr(row, name) for name in _HANDOUT}) for row in rows]
