"""What people and organisations are called, by their ids: for lists that name many."""

from collections.abc import Collection

from sqlalchemy import select

from server.programme.organisation import Organisation
from server.store.database import Database
from server.store.organisations import read
from server.store.tables import AccountRow, OrganisationRow


class Directory:
    """The repository of names; whoever asks has been let see where they stand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def people(self, ids: Collection[str]) -> dict[str, str]:
        """Names of people by their ids."""
        query = select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(ids))
        async with self._database.transaction() as session:
            return {row.id: row.name for row in await session.execute(query)}

    async def organisations(self, ids: Collection[str]) -> dict[str, Organisation]:
        """Organisations by their ids."""
        query = select(OrganisationRow).where(OrganisationRow.id.in_(ids))
        async with self._database.transaction() as session:
            return {row.id: read(row) for row in await session.scalars(query)}
