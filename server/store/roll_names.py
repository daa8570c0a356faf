"""Names for a roll by roster; that they were looked at is kept with them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.attendance_marks import Mark
from server.store import audit
from server.store.database import Database
from server.store.mark_tables import ExpectedPupilRow, MarkRow
from server.store.school_tables import PupilRow
from server.store.tables import DeclarationRow


class Marked(NamedTuple):
    """Somebody who belongs to a room."""

    id: str
    """The pupil's."""
    name: str
    """As the school wrote it."""
    mark: Mark | None
    """What the last declaration says of them; none if they were simply there."""


class RollNames:
    """The repository of who belongs to the rooms of lessons, by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, rooms: Sequence[str]) -> set[str]:
        """Those of some rooms whose roll can be called by name."""
        async with self._database.transaction() as session:
            return await known(session, rooms)

    async def look(self, room: str, entry: audit.Entry) -> list[Marked]:
        """Everyone who belongs to a room, by name, as the last declaration has them."""
        last = select(func.max(DeclarationRow.id)).where(DeclarationRow.room == room)
        query = (
            select(PupilRow.id, PupilRow.name, MarkRow.mark)
            .join(ExpectedPupilRow, ExpectedPupilRow.pupil == PupilRow.id)
            .outerjoin(
                MarkRow,
                (MarkRow.pupil == PupilRow.id) & (MarkRow.declaration == last.scalar_subquery()),
            )
            .where(ExpectedPupilRow.room == room)
            .order_by(PupilRow.name, PupilRow.id)
        )
        async with self._database.transaction() as session:
            if room not in await known(session, [room]):
                return []
            audit.write(session, entry, room)
            return [
                Marked(pupil, name, Mark(mark) if mark else None)
                for pupil, name, mark in await session.execute(query)
            ]


async def pupils(session: AsyncSession, room: str) -> list[str]:
    """The ids of everyone who belongs to a room; nobody where it goes by numbers."""
    if room not in await known(session, [room]):
        return []
    query = select(ExpectedPupilRow.pupil).where(ExpectedPupilRow.room == room)
    return list(await session.scalars(query))


async def known(session: AsyncSession, rooms: Sequence[str]) -> set[str]:
    """Those of some rooms of which every name is known: a class may have forgotten its own."""
    query = (
        select(ExpectedPupilRow.room)
        .join(PupilRow, PupilRow.id == ExpectedPupilRow.pupil)
        .where(ExpectedPupilRow.room.in_(rooms))
        .group_by(ExpectedPupilRow.room)
        .having(func.min(PupilRow.name) != "")
    )
    return set(await session.scalars(query))
