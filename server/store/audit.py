"""Who did what, written in the same transaction as the change itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.deed import Deed
from server.programme.rights import Acting, Action
from server.store.database import Database
from server.store.tables import AuditRow


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the audit log."""

    id: str
    """Random; sorts by time."""
    at: datetime
    """When."""
    acting: Acting
    """Who, and in which capacity."""
    action: Action | Deed
    """What."""


def write(session: AsyncSession, entry: Entry, subject: str) -> None:
    """Add the line of a change of `subject` to the transaction that makes it."""
    session.add(
        AuditRow(
            id=entry.id,
            at=entry.at,
            actor=entry.acting.id,
            capacity=entry.acting.capacity,
            organisation=entry.acting.organisation,
            action=entry.action,
            subject=subject,
        )
    )


class Audit:
    """The repository of the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def delete_before(self, day: datetime, most: int) -> int:
        """Delete the oldest lines that were written before; how many there were."""
        old = select(AuditRow.id).where(AuditRow.at < day).order_by(AuditRow.id).limit(most)
        gone = delete(AuditRow).where(AuditRow.id.in_(old)).returning(AuditRow.id)
        async with self._database.transaction() as session:
            deleted: Sequence[str] = (await session.scalars(gone)).all()
            return len(deleted)

    async def of(self, subject: str) -> list[tuple[datetime, str, Action]]:
        """When who did what to something, oldest first."""
        query = select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.id)
        async with self._database.transaction() as session:
            return [(row.at, row.actor, Action(row.action)) for row in await session.scalars(query)]
