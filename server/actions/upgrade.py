"""Bringing a data folder up to this version, after a new version was installed. Blocking.

A server holds its data folder as long as it lives, however it dies (`store.holding`); lessons that
a dead server left open are no hindrance, the next server goes on with them.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from server.actions.backup import back_up
from server.actions.disk_work import Tally, said_of_the_disk
from server.programme.refusal import Refusal, RefusedError
from server.store.database import DATABASE, HEAD, migrate, refuse_newer
from server.store.holding import FolderHeldError, held
from server.store.snapshot import look, put_back, snapshot

BEFORE = f"{DATABASE}.before"
"""The database as it was, while it is being changed."""


class UpgradeWords(TypedDict):
    """What `tongke upgrade --json` prints."""

    before: str | None
    after: str
    backup: str | None


def upgrade(data: Path, backup_to: Path | None, now: datetime, tally: Tally) -> UpgradeWords:
    """Back up, unless `backup_to` is none, and run the migrations that are missing.

    Raises:
        RefusedError: a lesson is being taught, the database is newer, the backup could not be
            made, or a migration failed; the database is then what it was.
    """
    database = data / DATABASE
    if not database.is_file():
        raise RefusedError(Refusal.BACKUP_NOTHING, folder=str(data))
    with said_of_the_disk(data):
        before = look(database).revision
        refuse_newer(before)
        with _no_lesson(data):
            pass
        if before == HEAD:
            return UpgradeWords(before=before, after=HEAD, backup=None)
    if backup_to is not None:
        back_up(data, backup_to, now, tally)
    # A lesson may have begun during the backup.
    with said_of_the_disk(data), _no_lesson(data):
        _migrate(data, before)
    return UpgradeWords(
        before=before, after=HEAD, backup=None if backup_to is None else str(backup_to)
    )


@contextmanager
def _no_lesson(data: Path) -> Iterator[None]:
    """The data folder for us alone, or beside a server that teaches nothing."""
    with ExitStack() as stack:
        try:
            stack.enter_context(held(data, alone=True))
        except FolderHeldError:
            for lesson in look(data / DATABASE).under_way:
                raise RefusedError(Refusal.UPGRADE_DURING_LESSON, title=lesson.title) from None
        yield


def _migrate(data: Path, before: str | None) -> None:
    database, kept = data / DATABASE, data / BEFORE
    snapshot(database, kept)
    try:
        migrate(database)
    except Exception as error:  # whatever a migration raises, the database is to be what it was
        # One transaction has undone itself; a migration may have committed half of its work.
        if look(database).revision != before:
            put_back(database, kept)
        raise RefusedError(
            Refusal.UPGRADE_FAILED, found=before or "0", why=_first_line(error)
        ) from error
    finally:
        kept.unlink(missing_ok=True)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
