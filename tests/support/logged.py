"""What stands in the audit log, by id: pages are told names."""

from datetime import datetime

from sqlalchemy import select

from server.programme.deed import Deed
from server.programme.rights import Action
from server.store.database import Database
from server.store.tables import AuditRow

DONE = {one.value: one for one in (*Deed, *Action)}


async def lines_of(database: Database, subject: str) -> list[tuple[datetime, str, Action | Deed]]:
    """When who did what to something, in the order in which it was written."""
    query = select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.id)
    async with database.transaction() as session:
        return [(row.at, row.actor, DONE[row.action]) for row in await session.scalars(query)]
