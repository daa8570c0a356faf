"""Who did what, written in the same transaction as the change itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert
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


@dataclass(frozen=True, kw_only=True)
class TurnedAway:
    """A sign-in that was refused: one line for each place that its account works at."""

    id: str
    """Random; the same for repeats that are counted in one line."""
    at: datetime
    """When the first of them was refused."""
    account: str
    """Whose name was typed; empty where nobody has it."""
    capacity: str
    """As what they work there; empty where nobody has the name."""
    organisation: str
    """Where they work; empty where nobody has the name."""
    deed: Deed
    """Why it was refused."""
    address: str
    """From where."""
    times: int
    """How often by now."""


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

    async def add(self, entry: Entry) -> None:
        """Keep a line about what changed nothing, and is about nothing alone."""
        async with self._database.transaction() as session:
            write(session, entry, "")

    async def count(self, lines: Iterable[TurnedAway]) -> None:
        """Keep refused sign-ins; a line that is there already only counts on."""
        async with self._database.transaction() as session:
            for line in lines:
                row = insert(AuditRow).values(
                    id=line.id,
                    at=line.at,
                    actor=line.account,
                    capacity=line.capacity,
                    organisation=line.organisation,
                    action=line.deed,
                    subject="",
                    address=line.address,
                    times=line.times,
                )
                await session.execute(
                    row.on_conflict_do_update(
                        index_elements=[AuditRow.id],
                        set_={"times": func.max(AuditRow.times, line.times)},
                    )
                )

    async def delete_before(self, day: datetime, most: int) -> int:
        """Delete the oldest lines that were written before; how many there were."""
        old = select(AuditRow.id).where(AuditRow.at < day).order_by(AuditRow.at).limit(most)
        gone = delete(AuditRow).where(AuditRow.id.in_(old)).returning(AuditRow.id)
        async with self._database.transaction() as session:
            deleted: Sequence[str] = (await session.scalars(gone)).all()
            return len(deleted)
