from pathlib import Path

from sqlalchemy import Connection, inspect

from server.store.database import open_database


async def test_it_adds_screens_and_pins(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database, database.transaction() as session:
        connection = await session.connection()
        names = await connection.run_sync(tables)
    assert {"screen", "pin"} <= names


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())
