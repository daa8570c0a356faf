from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

import server.store
from server.store.database import open_database
from server.store.tables import Table


async def test_the_migrations_lead_to_these_tables(tmp_path: Path) -> None:
    for module in iter_modules(server.store.__path__):
        if module.name.endswith("tables"):
            import_module(f"server.store.{module.name}")
    async with open_database(tmp_path) as database, database.transaction() as session:
        connection = await session.connection()
        assert await connection.run_sync(differences) == []


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Table.metadata))
