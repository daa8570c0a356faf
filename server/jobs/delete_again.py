"""What was deleted since a backup was made is deleted again from what is restored of it. Blocking.

The data folder that the restored one is to stand in for knows what was deleted: it is read, and not
changed. Where it is gone, the restored folder gets a note of the days that are to be checked.
"""

import asyncio
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

from recorder import compose
from server.access.ids import uuid7
from server.jobs.delete_media import let_go
from server.jobs.delete_records import erase_journal
from server.jobs.delete_tracks import delete_tracks
from server.programme.refusal import Refusal, RefusedError
from server.store.database import DATABASE, Database, migrate, open_database
from server.store.deletions import Deleted, bring_consents, delete_again, is_later
from server.store.folder import JOURNAL, lesson_folder
from server.store.forms import FOLDER as FORMS
from server.store.handouts import remove_all, remove_gone
from server.store.jobs import Job, Jobs
from server.store.restored import Unknown, note, read
from server.store.retention import MEDIA, RECORDS, Retentions
from server.store.snapshot import snapshot

KEY = "secret.key"
"""What two data folders of one server have in common."""
_TRACKS = "delete_tracks"


class AgainWords(TypedDict):
    """What was deleted again, as `tongke restore --json` prints it."""

    by: str | None
    """The data folder that knew of it; none if none did."""
    lessons: int
    names: int
    comments: int
    handouts: int
    since: str | None
    """From when on deletions are to be checked by hand; none if none are."""
    until: str | None


def catch_up(
    restored: Path, made: str, known: Path | None, now: datetime, *, named: bool
) -> AgainWords:
    """Delete what was deleted since a backup was made, or note the days that nobody knows of.

    Args:
        restored: the folder with what was restored.
        made: when the backup was made.
        known: the data folder that it is to stand in for.
        now: when.
        named: whether somebody said that this is the folder; else it may be missing.

    Raises:
        RefusedError: the folder that was named is not this server's, or can't be read.
    """
    with TemporaryDirectory(dir=restored, prefix=".now-") as beside:
        copy = None if known is None else _copied(known, restored, Path(beside))
        if copy is None and named:
            raise RefusedError(Refusal.RESTORE_INSTEAD, folder=str(known))
        if copy is not None and known is not None:
            return _known(restored, known, copy)
    return _words(
        None, None, _note(restored, [Unknown(since=datetime.fromisoformat(made), until=now)])
    )


def _known(restored: Path, known: Path, copy: Path) -> AgainWords:
    done = delete_again(restored / DATABASE, copy)
    asyncio.run(_delete_files(restored, done))
    for form in bring_consents(restored / DATABASE, copy):
        _bring_form(known, restored, form)
    days = read(known)
    return _words(known, done, _note(restored, [days] if days else []))


def _copied(known: Path, restored: Path, beside: Path) -> Path | None:
    """The database of a folder, copied and brought up to date.

    None if it is not this server's, or an older state of it than the backup.
    """
    try:
        if (known / KEY).read_bytes() != (restored / KEY).read_bytes():
            return None
        snapshot(known / DATABASE, beside / DATABASE)
    except OSError:
        return None
    for folder in (beside, restored):
        migrate(folder / DATABASE)
    later = is_later(restored / DATABASE, beside / DATABASE)
    return beside / DATABASE if later else None


async def _delete_files(data: Path, done: Deleted) -> None:
    await asyncio.to_thread(remove_gone, data, done.handouts)
    async with open_database(data) as database:
        for lesson, reason in done.certificates:
            folder = lesson_folder(data, lesson)
            if reason == MEDIA:
                await asyncio.to_thread(let_go, folder)
            elif reason == RECORDS:
                await Retentions(database).delete_records(lesson)
                await asyncio.to_thread(remove_all, data, lesson)
                await asyncio.to_thread(erase_journal, folder / JOURNAL)
        await _delete_tracks(data, database, done.withdrawn)


async def _delete_tracks(data: Path, database: Database, lessons: Iterable[str]) -> None:
    """What may show them as one film goes too, and is made anew; a lesson under way waits."""
    for lesson in lessons:
        await asyncio.to_thread(compose.remove, lesson_folder(data, lesson))
        if await delete_tracks(data, database, lesson) is not None:
            job = Job(id=uuid7(), kind=_TRACKS, lesson=lesson)
            await Jobs(database).enqueue(job, datetime.now(UTC))


def _bring_form(known: Path, restored: Path, form: str) -> None:
    """The paper on which parents took back what they had agreed to."""
    old, new = known / FORMS / form, restored / FORMS / form
    if form and old.is_file() and not new.exists():
        new.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copy2(old, new)


def _note(restored: Path, days: list[Unknown]) -> Unknown | None:
    """With those that stood in the backup already."""
    before = read(restored)
    return note(restored, [*days, *([before] if before else [])])


def _words(known: Path | None, done: Deleted | None, days: Unknown | None) -> AgainWords:
    lessons = {lesson for lesson, _ in done.certificates} | set(done.withdrawn) if done else set()
    return AgainWords(
        by=None if known is None else str(known),
        lessons=len(lessons),
        names=done.names if done else 0,
        comments=done.comments if done else 0,
        handouts=len(done.handouts) if done else 0,
        since=days.since.isoformat() if days else None,
        until=days.until.isoformat() if days else None,
    )
