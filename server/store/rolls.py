"""Declarations of who was there; nothing is overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.attendance import Numbers
from server.programme.attendance_marks import Mark
from server.programme.refusal import Refusal, RefusedError
from server.store import audit, expected, roll_names
from server.store.database import Database
from server.store.mark_tables import MarkRow
from server.store.tables import DeclarationRow


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What somebody declared of one room in one lesson."""

    id: str
    """Random; sorts by time."""
    room: str
    """The participant that the room is in its lesson."""
    at: datetime
    """When."""
    declared_by: str
    """Who."""
    numbers: Numbers
    """What they said."""
    why: str
    """Why it differs from what stood before; empty in the first."""


class Rolls:
    """The repository of declarations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        declaration: Declaration,
        after: str | None,
        entry: audit.Entry | None = None,
        marks: Mapping[str, Mark] | None = None,
    ) -> None:
        """Keep a declaration that follows the one with the id `after`.

        With the line of the audit log, if somebody declares who signed in; with the marks of
        pupils, if they declare by roster.

        Raises:
            RefusedError: somebody else declared in the meantime.
        """
        async with self._database.transaction() as session:
            # Written before the others are read: of two who declare the second waits and sees.
            session.add(_row(declaration))
            await session.flush()
            found = [one.id for one in await _of(session, [declaration.room])]
            found.remove(declaration.id)
            if (found[-1] if found else None) != after:
                raise RefusedError(Refusal.ROLL_CHANGED)
            session.add_all(
                MarkRow(declaration=declaration.id, pupil=pupil, mark=mark.value)
                for pupil, mark in (marks or {}).items()
            )
            if entry is not None:
                audit.write(session, entry, declaration.room)

    async def of(self, rooms: Sequence[str]) -> list[Declaration]:
        """All that was declared of some rooms, oldest first."""
        async with self._database.transaction() as session:
            return await _of(session, rooms)

    async def pupils(self, room: str) -> list[str]:
        """The ids of everyone who belongs to a room; nobody where it goes by numbers."""
        async with self._database.transaction() as session:
            return await roll_names.pupils(session, room)

    async def expected(self, rooms: Sequence[str]) -> dict[str, int]:
        """How many belonged to rooms when their lesson began; not all are known."""
        async with self._database.transaction() as session:
            return await expected.of(session, rooms)


async def _of(session: AsyncSession, rooms: Sequence[str]) -> list[Declaration]:
    query = select(DeclarationRow).where(DeclarationRow.room.in_(rooms)).order_by(DeclarationRow.id)
    return [_read(row) for row in await session.scalars(query)]


def _row(declaration: Declaration) -> DeclarationRow:
    return DeclarationRow(
        id=declaration.id,
        room=declaration.room,
        at=declaration.at,
        declared_by=declaration.declared_by,
        why=declaration.why,
        **vars(declaration.numbers),
    )


def _read(row: DeclarationRow) -> Declaration:
    return Declaration(
        id=row.id,
        room=row.room,
        at=row.at,
        declared_by=row.declared_by,
        numbers=Numbers(
            expected=row.expected,
            present=row.present,
            on_leave=row.on_leave,
            late=row.late,
            observing=row.observing,
        ),
        why=row.why,
    )
