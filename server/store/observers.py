"""Teachers who sat in a lesson to listen; a line that was added by hand may be taken back."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.observing import Sat
from server.programme.refusal import Refusal, RefusedError
from server.store import audit
from server.store.certificates import is_there
from server.store.database import Database
from server.store.mark_tables import ObserverRow
from server.store.retention import RECORDS
from server.store.tables import AccountRow

Decide = Callable[[Sequence[Sat]], None]
"""Is given who listened, oldest first; raises `RefusedError` if it does not allow one more."""


async def came(
    session: AsyncSession, lesson: str, participant: str, person: str, now: datetime
) -> None:
    """Keep by whose account somebody came in to listen; a participant has one."""
    row = insert(ObserverRow).values(id=participant, lesson=lesson, person=person, name="", at=now)
    await session.execute(row.on_conflict_do_nothing())


class Observers:
    """The repository of who listened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, lessons: Collection[str]) -> dict[str, list[Sat]]:
        """The lines of lessons that were not taken back, oldest first."""
        async with self._database.transaction() as session:
            return await _lines(session, lessons)

    async def add(self, lesson: str, line: Sat, entry: audit.Entry, decide: Decide) -> None:
        """Keep a line that is added by hand.

        Raises:
            RefusedError: the lesson's records are deleted, and with them who listened, or `decide`
                says so.
        """
        async with self._database.transaction() as session:
            audit.write(session, entry, lesson)
            # A transaction that has written is alone: of two who add the second waits and sees.
            await session.flush()
            if await is_there(session, lesson, RECORDS):
                raise RefusedError(Refusal.OBSERVERS_TOO_LATE)
            decide((await _lines(session, [lesson])).get(lesson, []))
            session.add(ObserverRow(lesson=lesson, **vars(line)))

    async def take_back(self, lesson: str, line: str, now: datetime, entry: audit.Entry) -> None:
        """Take a line back that was added by hand; what was observed stays.

        Raises:
            RefusedError: there is no such line.
        """
        gone = (
            update(ObserverRow)
            .where(
                ObserverRow.id == line,
                ObserverRow.lesson == lesson,
                ObserverRow.added_by.is_not(None),
                ObserverRow.taken_back.is_(None),
            )
            .values(taken_back=now)
            .returning(ObserverRow.id)
        )
        async with self._database.transaction() as session:
            if await session.scalar(gone) is None:
                raise RefusedError(Refusal.OBSERVER_UNKNOWN)
            audit.write(session, entry, lesson)


async def _lines(session: AsyncSession, lessons: Collection[str]) -> dict[str, list[Sat]]:
    query = (
        select(ObserverRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.id == ObserverRow.person)
        .where(ObserverRow.lesson.in_(lessons), ObserverRow.taken_back.is_(None))
        .order_by(ObserverRow.id)
    )
    found: defaultdict[str, list[Sat]] = defaultdict(list)
    for row, name in await session.execute(query):
        found[row.lesson].append(_read(row, name))
    return dict(found)


def _read(row: ObserverRow, name: str | None) -> Sat:
    return Sat(
        id=row.id,
        person=row.person,
        name=row.name if name is None else name,
        added_by=row.added_by,
        at=row.at,
    )
