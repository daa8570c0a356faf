"""The jobs of a lesson as they stand: pages ask for one kind alone."""

from sqlalchemy import select

from server.store.database import Database
from server.store.tables import JobRow


async def states(database: Database, lesson: str) -> dict[str, str]:
    """Kind to state."""
    query = select(JobRow.kind, JobRow.state).where(JobRow.lesson == lesson)
    async with database.transaction() as session:
        return {row.kind: row.state for row in await session.execute(query)}
