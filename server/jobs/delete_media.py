"""The media of a lesson whose term is over are deleted; journal, manifest and certificate stay."""

import asyncio
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from recorder import compose
from recorder.files import Disk, sync_folder
from recorder.manifest import load, write
from recorder.still import STILL
from server.jobs.certifying import certified
from server.programme.attendance import SCHOOL_TIME
from server.programme.retention import Terms, media_until
from server.store.certificates import Certificates
from server.store.database import Database
from server.store.folder import lesson_folder
from server.store.lessons import Lessons
from server.store.retention import MEDIA, Retentions

AGAIN = timedelta(days=1)
"""After so long a lesson that is kept for now is looked at again."""
TRACKS = "tracks"


async def delete_media(
    data: Path, database: Database, lesson: str, terms: Terms, now: datetime
) -> timedelta | None:
    """Delete all that can be seen or heard of a lesson; when to come again, if it is kept.

    The certificate is kept first, one for the lesson: whoever is killed in between deletes the
    rest the next time.
    """
    stored = await Lessons(database).find(lesson)
    today = now.astimezone(SCHOOL_TIME).date()
    if stored is None or stored.opened is None:
        return None
    if today < media_until(stored.opened.astimezone(SCHOOL_TIME).date(), terms):
        return AGAIN
    folder = lesson_folder(data, lesson)
    learners = await Certificates(database).learners(lesson)
    media = media_of(folder)
    certificate = await asyncio.to_thread(certified, lesson, MEDIA, media, learners, now)
    if not await Retentions(database).certify_media(certificate, today):
        return AGAIN
    await asyncio.to_thread(let_go, folder)
    return None


def media_of(folder: Path) -> list[Path]:
    """Files and folders of all that can be seen or heard of a lesson, there or not."""
    return [folder / name for name in (TRACKS, compose.WHOLE, STILL, compose.PIECES)]


def let_go(folder: Path) -> None:
    """Delete all that can be seen or heard in a lesson's folder. Blocking.

    What a crash leaves of it is never played: the manifest is the first to let go of it.
    """
    if not folder.is_dir():
        return
    write(Disk(), folder, replace(load(folder), tracks=()))
    compose.remove(folder)
    shutil.rmtree(folder / TRACKS, ignore_errors=True)
    sync_folder(folder)
    if (folder / TRACKS).exists():
        raise OSError(f"{folder / TRACKS} could not be deleted")
