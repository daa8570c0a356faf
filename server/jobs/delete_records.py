"""Journal, presence, roll, names, comments, viewings, preparation of a lesson go after its round.

Of the journal its first line, the lesson's end and the chain of hashes stay: that there was such a
lesson, how long it was and how much happened can still be checked.
"""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from recorder.files import Disk
from server.jobs.certifying import certified
from server.programme.attendance import SCHOOL_TIME
from server.programme.retention import Terms, records_until
from server.store.certificates import Certificates
from server.store.database import Database
from server.store.folder import JOURNAL, lesson_folder
from server.store.handouts import folder_of, remove_all
from server.store.lessons import Lessons, StoredLesson
from server.store.retention import RECORDS, Retentions
from signaling.journal import erase, read

AGAIN = timedelta(days=1)


async def delete_records(
    data: Path, database: Database, lesson: str, terms: Terms, now: datetime
) -> timedelta | None:
    """Delete them; when to come again, if it is too early.

    The certificate is kept first, one for the lesson: whoever is killed in between deletes the
    rest the next time.
    """
    stored = await Lessons(database).find(lesson)
    began = None if stored is None else _began(stored)
    if began is None:
        return None
    held = began.astimezone(SCHOOL_TIME).date()
    if now.astimezone(SCHOOL_TIME).date() < records_until(held, terms):
        return AGAIN
    retentions, journal = Retentions(database), lesson_folder(data, lesson) / JOURNAL
    rows = await retentions.records(lesson)
    learners = await Certificates(database).learners(lesson)
    certificate = await asyncio.to_thread(
        certified, lesson, RECORDS, [journal, folder_of(data, lesson)], learners, now, rows
    )
    await retentions.certify_records(certificate)
    await retentions.delete_records(lesson)
    await asyncio.to_thread(remove_all, data, lesson)
    await asyncio.to_thread(erase_journal, journal)
    return None


def _began(stored: StoredLesson) -> datetime | None:
    """When a lesson was held; if it never was, when it should have been: it may be prepared."""
    schedule = stored.lesson.schedule
    return stored.opened or (None if schedule is None else schedule.starts)


def erase_journal(path: Path) -> None:
    """Leave of a journal that there was such a lesson; nothing where there is none. Blocking."""
    if path.exists():
        Disk().replace(path, erased(path.read_bytes()))


def erased(text: bytes) -> bytes:
    """A journal of which only its first line and the lesson's end still say anything.

    A torn tail goes as well.
    """
    journal = read(text)
    raw = text[: len(text) - journal.torn_bytes].splitlines(keepends=True)
    last = len(raw) - 1 if journal.sealed else len(raw)
    return b"".join(line if number in (0, last) else erase(line) for number, line in enumerate(raw))
