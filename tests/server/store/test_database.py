import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from server.store.database import (
    HEAD,
    MIGRATIONS,
    Database,
    NewerDatabaseError,
    UnopenedDatabaseError,
    open_database,
)
from server.store.tables import Table


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_a_new_database_has_every_table(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database, database.transaction() as session:
        connection = await session.connection()
        names = await connection.run_sync(lambda c: inspect(c).get_table_names())
    assert set(Table.metadata.tables) <= set(names)


@pytest.fixture(autouse=True)
def really_migrated(monkeypatch: pytest.MonkeyPatch, migrated_once: Callable[[Path], None]) -> None:
    """No copies here: every step is taken."""
    monkeypatch.setattr("server.store.database.migrate", migrated_once)


async def test_it_is_opened_again_as_it_is(tmp_path: Path) -> None:
    for _ in range(2):
        async with open_database(tmp_path) as database, database.transaction() as session:
            assert await session.scalar(text("PRAGMA journal_mode")) == "wal"


async def test_two_processes_may_migrate_at_once(tmp_path: Path) -> None:
    async def use() -> None:
        async with open_database(tmp_path):
            pass

    await asyncio.gather(use(), use())


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database, database.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabaseError):
        async with open_database(tmp_path):
            pass


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    with pytest.raises(UnopenedDatabaseError) as error:
        async with open_database(missing):
            pass
    assert error.value.data["folder"] == str(missing)


async def test_an_exception_rolls_back(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        with pytest.raises(KeyError):
            await forget_and_fail(database)
        async with database.transaction() as session:
            assert await session.scalar(text("SELECT count(*) FROM alembic_version")) == 1


async def forget_and_fail(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM alembic_version"))
        raise KeyError
