"""The database of a data folder: opening it, bringing it up to date, transactions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from server.programme.refusal import Refusal, RefusedError

MIGRATIONS = Path(__file__).with_name("migrations")
HEAD = "0018"
"""The newest migration; a database that has a later one belongs to a later server."""
DATABASE = "tongke.sqlite"
"""Its name in a data folder."""


class NewerDatabaseError(RefusedError):
    """The database was written by a newer server; this one must not touch it."""

    def __init__(self, found: str) -> None:
        super().__init__(Refusal.DATABASE_NEWER, found=found, known=HEAD)


class UnopenedDatabaseError(RefusedError):
    """The database's folder is not there, or must not be read or written."""

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(Refusal.DATABASE_UNOPENED, folder=str(path.parent), reason=str(reason))


class StoreUnavailableError(Exception):
    """The database can't be read or written just now: the disk is full, or it is locked."""


class Database:
    """One SQLite file in WAL mode; several processes may use it side by side."""

    def __init__(self, path: Path) -> None:
        self._engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
        event.listen(self._engine.sync_engine, "connect", _set_up)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that is committed at the end of the block, or rolled back by an exception.

        Raises:
            StoreUnavailableError: nothing of it is kept.
        """
        try:
            async with self._sessions.begin() as session:
                yield session
        except OperationalError as error:
            raise StoreUnavailableError(str(error.orig)) from error

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


@asynccontextmanager
async def open_database(data: Path) -> AsyncIterator[Database]:
    """The up-to-date database of a data folder, closed at the end of the block.

    Raises:
        NewerDatabaseError: it is of a later server.
        UnopenedDatabaseError: there is no such folder, or no way to write in it.
    """
    path = data / DATABASE
    await asyncio.to_thread(migrate, path)
    # Making an engine asks for the working directory.
    database = await asyncio.to_thread(Database, path)
    try:
        yield database
    finally:
        await database.close()


def migrate(path: Path) -> None:
    """Bring the tables of a database up to date; never back. Blocking.

    Raises:
        NewerDatabaseError: it is of a later server.
        UnopenedDatabaseError: there is no such folder, or no way to write in it.
    """
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _set_up)
    # One transaction from the first look on: of two processes the second waits and finds it done.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            _upgrade(connection)
    except OperationalError as error:
        raise UnopenedDatabaseError(path, error.orig) from error
    finally:
        engine.dispose()


def refuse_newer(revision: str | None) -> None:
    """Raise `NewerDatabaseError` if a database's newest migration is one that we don't know."""
    if revision is not None and revision > HEAD:
        raise NewerDatabaseError(revision)


def _set_up(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=10000",
        "foreign_keys=1",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _upgrade(connection: Connection) -> None:
    revision = _revision(connection)
    if revision == HEAD:
        return
    refuse_newer(revision)
    # Imported here because it takes as long as the rest of the start and is rarely needed.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
