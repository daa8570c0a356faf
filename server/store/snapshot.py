"""A database as a file: a consistent copy beside whoever uses it, and a look without migrating it.

Blocking. Says everything that goes wrong as `OSError`, as for any other file.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

BUSY_S = 10.0
"""How long we wait for another process's transaction."""


class OpenedLesson(NamedTuple):
    """A lesson that has a folder."""

    id: str
    """Which."""
    title: str
    """What it is about."""
    ended: bool
    """Whether it is over."""


class Seen(NamedTuple):
    """What a database of any version says."""

    revision: str | None
    """Its newest migration; none if it has no tables yet."""
    lessons: tuple[OpenedLesson, ...]
    """Those whose lobby was opened."""

    @property
    def under_way(self) -> tuple[OpenedLesson, ...]:
        """Lessons that have begun and not ended."""
        return tuple(lesson for lesson in self.lessons if not lesson.ended)


def look(database: Path) -> Seen:
    """What a database says as it is, of whatever version."""
    with _opened(database) as connection:
        if not connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        ).fetchone():
            return Seen(None, ())
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        rows = connection.execute(
            "SELECT id, title, ended IS NOT NULL FROM lesson WHERE opened IS NOT NULL ORDER BY id"
        )
        lessons = tuple(OpenedLesson(row[0], row[1], bool(row[2])) for row in rows)
        return Seen(revision and revision[0], lessons)


def snapshot(database: Path, to: Path) -> None:
    """Write a copy, synced, of one moment of a database that others may be writing to."""
    to.unlink(missing_ok=True)
    with _opened(database) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))
    to.chmod(0o600)
    fd = os.open(to, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def put_back(database: Path, kept: Path) -> None:
    """Make a database what it was when `kept` was written, in one transaction of SQLite's."""
    with _opened(kept) as old, _opened(database) as connection:
        old.backup(connection)


@contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    if not database.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(database))
    try:
        with closing(sqlite3.connect(database, timeout=BUSY_S)) as connection:
            yield connection
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        number = errno.ENOSPC if full else errno.EIO
        raise OSError(number, str(error), str(database)) from error
