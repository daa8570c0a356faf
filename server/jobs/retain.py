"""Once a day: which lessons' media and records are over their term; each gets its job.

What is no lesson's is deleted here: old lines of the audit log, names of classes long closed.
"""

import logging
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from server.access.ids import uuid7
from server.programme.attendance import SCHOOL_TIME
from server.programme.retention import Terms, media_before, records_before
from server.store.audit import Audit
from server.store.database import Database
from server.store.jobs import Job, Jobs
from server.store.pupils import Pupils
from server.store.retention import MEDIA, RECORDS, Retentions

log = logging.getLogger(__name__)

DAILY = timedelta(days=1)
MORE = timedelta(minutes=15)
"""After so long it is looked again when there were more than a run takes on."""
MOST = 100
"""Lessons of a run: a term's end makes thousands due at once, and jobs give way to lessons."""
MOST_CLASSES = 20
"""Of a run, whose names are erased at once: about a thousand."""
MOST_LINES = 5000
"""Lines of the audit log of a run: whoever signs in meanwhile waits for it."""


async def retain(
    database: Database,
    terms: Terms,
    now: datetime,
    most: int = MOST,
    most_lines: int = MOST_LINES,
) -> timedelta:
    """Delete old lines and names, give lessons that are due their job; when to look again.

    What was given up is tried anew. Doing it again changes nothing: a lesson has one such job.
    """
    jobs, retentions = Jobs(database), Retentions(database)
    today = now.astimezone(SCHOOL_TIME).date()
    for kind in (MEDIA, RECORDS):
        await jobs.revive(kind)
    media = await retentions.due_media(_midnight(media_before(today, terms)), today, most)
    await _enqueue(jobs, MEDIA, media, now)
    old = _midnight(records_before(today, terms))
    records = await retentions.due_records(old, most)
    records += await retentions.due_unheld(old, most - len(records))
    await _enqueue(jobs, RECORDS, records, now)
    lines = await Audit(database).delete_before(old, most_lines)
    classes = await Pupils(database).forget_closed(old, now, MOST_CLASSES)
    if media or records or lines or classes:
        log.info(
            "due for deletion: media=%d records=%d; lines of the audit log deleted: %d; "
            "closed classes whose names were erased: %d",
            *(len(media), len(records), lines, classes),
        )
    goes_on = most in (len(media), len(records)) or lines == most_lines or classes == MOST_CLASSES
    return MORE if goes_on else DAILY


async def _enqueue(jobs: Jobs, kind: str, lessons: Iterable[str], now: datetime) -> None:
    for lesson in lessons:
        await jobs.enqueue(Job(id=uuid7(), kind=kind, lesson=lesson), now)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SCHOOL_TIME)
