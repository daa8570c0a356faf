"""Making a data folder from a backup: everything is checked before anything is written. Blocking.

Files are gathered in a folder inside the new one and come to their places once all are there, the
database last; so a restore that is cut short leaves nothing that looks like a data folder.
"""

import shutil
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TypedDict

from server.actions.disk_work import Tally, check_room, said_of_the_disk
from server.programme.refusal import Refusal, RefusedError
from server.store import backup as store
from server.store.backup import FILES, Backup, Kept
from server.store.copying import copy, digest, sync_folders
from server.store.database import DATABASE, refuse_newer

GATHERED = ".restoring"


class RestoreWords(TypedDict):
    """A restored data folder as `tongke restore --json` prints it."""

    data: str
    files: int
    bytes: int
    made: str
    under_way: list[str]


def _nothing(gathered: Path, made: str) -> None:
    """Leave what was gathered as it is."""


def restore(
    source: Path, data: Path, tally: Tally, finish: Callable[[Path, str], None] = _nothing
) -> RestoreWords:
    """Make the data folder that a backup was made of.

    `finish` is given the folder with all that was gathered, and when the backup was made, before
    it becomes a data folder.

    Raises:
        RefusedError: there is no complete and undamaged backup, it is of a newer version, or the
            folder is not empty or does not take it.
    """
    with said_of_the_disk(data):
        backup = store.read(source)
        if backup is None:
            raise RefusedError(Refusal.BACKUP_NONE, folder=str(source))
        refuse_newer(backup.database)
        _check_empty(data, {Path(kept.path).parts[0] for kept in backup.files})
        size = sum(kept.size for kept in backup.files)
        tally.total = 2 * size
        _check(source, backup.files, tally)
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(data)
        check_room(data, size)
        _gather(source, backup, data / GATHERED, tally)
        finish(data / GATHERED, backup.made)
        _settle(data)
    return RestoreWords(
        data=str(data),
        files=len(backup.files),
        bytes=size,
        made=backup.made,
        under_way=list(backup.under_way),
    )


def _check_empty(data: Path, ours: Collection[str]) -> None:
    """Nothing may be there but what a restore left that was cut short: no database, then."""
    there = {path.name for path in data.iterdir()} if data.exists() else set()
    left = {GATHERED, *ours} if GATHERED in there and DATABASE not in there else {GATHERED}
    if there - left:
        raise RefusedError(Refusal.RESTORE_NOT_EMPTY, folder=str(data))


def _clear(data: Path) -> None:
    """Take away what a restore left that was cut short, its mark last."""
    for path in sorted(data.iterdir(), key=lambda path: path.name == GATHERED):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _check(source: Path, files: Iterable[Kept], tally: Tally) -> None:
    wrong = [kept.path for kept in files if not _is_whole(source / FILES / kept.name, kept, tally)]
    if wrong:
        raise RefusedError(Refusal.BACKUP_DAMAGED, file=wrong[0], count=len(wrong))


def _is_whole(path: Path, kept: Kept, tally: Tally) -> bool:
    try:
        return digest(path, tally.add) == (kept.size, kept.sha256)
    except OSError:
        # Missing, or the disk can't read it any more.
        return False


def _gather(source: Path, backup: Backup, to: Path, tally: Tally) -> None:
    for kept in backup.files:
        path = to / kept.path
        path.parent.mkdir(parents=True, exist_ok=True)
        done = copy(source / FILES / kept.name, path, tally.add)
        if done.sha256 != kept.sha256:
            raise RefusedError(Refusal.BACKUP_DAMAGED, file=kept.path, count=1)
        path.chmod(kept.mode)
    sync_folders(to)


def _settle(data: Path) -> None:
    """Bring what was gathered to its places, the database last."""
    gathered = data / GATHERED
    for path in sorted(gathered.iterdir(), key=lambda path: path.name == DATABASE):
        path.rename(data / path.name)
    gathered.rmdir()
    sync_folders(data)
