"""How much of the disk comes back by itself: media whose time ends in the next days. Blocking."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from server.actions.disk_work import in_words
from server.doctor.facts import Freed
from server.doctor.machine import size_of
from server.jobs.delete_media import media_of
from server.programme.attendance import SCHOOL_TIME
from server.programme.retention import Terms, media_before
from server.store.database import DATABASE, HEAD, open_database
from server.store.folder import lesson_folder
from server.store.retention import Retentions
from server.store.snapshot import look

SOON: Final = timedelta(days=7)
LATER: Final = timedelta(days=30)


def look_ahead(data: Path, terms: Terms, now: datetime) -> Freed | None:
    """What is deleted by itself soon; none where no database of this version is, and none is made.

    What waits to be deleted already counts; what is chosen to be kept beyond the day does not.
    """
    if not (data / DATABASE).exists() or look(data / DATABASE).revision != HEAD:
        return None
    soon, later = asyncio.run(_over(data, terms, [now + SOON, now + LATER]))
    sizes = _size(data, soon), _size(data, later)
    words = [in_words(size) for size in sizes]
    return Freed(soon=sizes[0], later=sizes[1], soon_words=words[0], later_words=words[1])


async def _over(data: Path, terms: Terms, moments: Sequence[datetime]) -> list[list[str]]:
    """The lessons whose media are over their time at each of these moments."""
    days = [moment.astimezone(SCHOOL_TIME).date() for moment in moments]
    async with open_database(data) as database:
        retentions = Retentions(database)
        return [
            await retentions.media_over(
                datetime.combine(media_before(day, terms), time(), SCHOOL_TIME), day
            )
            for day in days
        ]


def _size(data: Path, lessons: Sequence[str]) -> int:
    return sum(size_of(path) for one in lessons for path in media_of(lesson_folder(data, one)))
