"""A backup of a whole data folder, beside a running server. Blocking.

The database is copied first, then the lessons under way, then the rest: so the files are never
behind what the database says of them, and a backup holds what a power cut at that moment would
have left.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from server.actions.backup_files import lesson_of, the_rest, under_way_lines
from server.actions.disk_work import Tally, check_room, said_of_the_disk
from server.programme.refusal import Refusal, RefusedError
from server.store import backup as store
from server.store.backup import FILES, LIST, Backup, Kept
from server.store.copying import copy, digest, sync_folders
from server.store.database import DATABASE
from server.store.holding import FolderHeldError, held
from server.store.snapshot import OpenedLesson, Seen, look, snapshot


class UnderWayWords(TypedDict):
    """A lesson that is in the backup up to this moment."""

    lesson: str
    title: str


class BackupWords(TypedDict):
    """A backup as `tongke backup --json` prints it."""

    to: str
    files: int
    bytes: int
    copied_files: int
    copied_bytes: int
    lessons: int
    under_way: list[UnderWayWords]


def back_up(data: Path, to: Path, now: datetime, tally: Tally) -> BackupWords:
    """Bring the backup in a folder up to date; what has not changed since is not copied again.

    Raises:
        RefusedError: there is nothing to copy, or the folder does not take it; what was a
            complete backup before still is.
    """
    if not (data / DATABASE).is_file():
        raise RefusedError(Refusal.BACKUP_NOTHING, folder=str(data))
    if to.resolve().is_relative_to(data.resolve()):
        raise RefusedError(Refusal.BACKUP_INSIDE, folder=str(data))
    with said_of_the_disk(to):
        _prepare(to)
        try:
            with held(to, alone=True):
                return _Work(data, to, store.read(to), tally).done(now)
        except FolderHeldError as error:
            raise RefusedError(Refusal.BACKUP_BUSY, folder=str(to)) from error


def _prepare(to: Path) -> None:
    """Make the folder; one that is another's is left alone."""
    if to.exists() and any(to.iterdir()) and not ((to / LIST).exists() or (to / FILES).exists()):
        raise RefusedError(Refusal.BACKUP_FOREIGN, folder=str(to))
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    (to / FILES).mkdir(mode=0o700, exist_ok=True)


class _Work:
    """One backup in the making."""

    def __init__(self, data: Path, to: Path, last: Backup | None, tally: Tally) -> None:
        self._data = data
        self._to = to
        self._last = last
        self._tally = tally
        self._copied: list[Kept] = []

    def done(self, now: datetime) -> BackupWords:
        """Copy, write the list, remove what it does not name."""
        store.sweep(self._to, self._last.files if self._last else ())
        try:
            seen, files = self._copy()
            sync_folders(self._to / FILES)
            made = Backup(
                made=now.isoformat(timespec="seconds"),
                database=seen.revision,
                under_way=tuple(lesson.id for lesson in seen.under_way),
                files=tuple(sorted(files, key=lambda kept: kept.path)),
            )
            store.write(self._to, made)
        finally:
            # Of a backup that failed nothing stays: its room is missing to the next.
            valid = store.read(self._to)
            store.sweep(self._to, valid.files if valid else ())
        return self._words(made, seen)

    def _copy(self) -> tuple[Seen, list[Kept]]:
        check_room(self._to, _size(self._data / DATABASE))
        database, seen = self._database()
        lines = [self._file(path) for path in under_way_lines(self._data, seen)]
        rest = self._all(the_rest(self._data, seen))
        return seen, [database, *(one for one in (*lines, *rest) if one is not None)]

    def _all(self, files: list[Path]) -> Iterator[Kept | None]:
        known = store.by_path(self._last)
        same = {path for path in files if self._same(path, known)}
        needed = sum(_size(path) for path in files if path not in same)
        check_room(self._to, needed)
        self._tally.total += needed
        for path in files:
            if path in same:
                yield known[self._inner(path)]
            else:
                yield self._file(path)

    def _database(self) -> tuple[Kept, Seen]:
        """Always copied anew: a database's time says nothing while there is a log beside it."""
        name = store.free_name(DATABASE, self._last)
        copied = self._to / FILES / name
        snapshot(self._data / DATABASE, copied)
        size, sha256 = digest(copied, lambda more: None)
        mode = (self._data / DATABASE).stat().st_mode & 0o777
        kept = Kept(path=DATABASE, name=name, size=size, sha256=sha256, mode=mode, stamp=None)
        self._copied.append(kept)
        return kept, look(copied)

    def _file(self, path: Path) -> Kept | None:
        """None for one that has been deleted meanwhile."""
        inner = self._inner(path)
        name = store.free_name(inner, self._last)
        to = self._to / FILES / name
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            done = copy(path, to, self._tally.add)
        except FileNotFoundError:
            return None
        kept = Kept(path=inner, name=name, **done._asdict())
        self._copied.append(kept)
        return kept

    def _same(self, path: Path, known: dict[str, Kept]) -> bool:
        """Whether a file is in the last backup as it is."""
        kept = known.get(self._inner(path))
        if kept is None or kept.stamp is None or _stamp(path) != kept.stamp:
            return False
        return _size(self._to / FILES / kept.name) == kept.size

    def _inner(self, path: Path) -> str:
        return path.relative_to(self._data).as_posix()

    def _words(self, made: Backup, seen: Seen) -> BackupWords:
        return BackupWords(
            to=str(self._to),
            files=len(made.files),
            bytes=sum(kept.size for kept in made.files),
            copied_files=len(self._copied),
            copied_bytes=sum(kept.size for kept in self._copied),
            lessons=len({lesson_of(Path(kept.path)) for kept in made.files} - {None}),
            under_way=[_under_way(lesson) for lesson in seen.under_way],
        )


def _under_way(lesson: OpenedLesson) -> UnderWayWords:
    return UnderWayWords(lesson=lesson.id, title=lesson.title)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _size(path: Path) -> int:
    """0 for one that is gone."""
    stamp = _stamp(path)
    return stamp[0] if stamp else 0
