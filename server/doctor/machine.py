"""The disk and the processor of this machine. Blocking."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import psutil

from recorder.files import Disk
from server.actions.disk_work import in_words
from server.doctor.facts import Machine, Room
from server.store.folder import JOURNAL, LESSONS
from signaling.events import LessonOpened
from signaling.journal import UnreadableJournalError, read

WEEK: Final = timedelta(days=7)
LOOK_SECONDS: Final = 1.0
"""How long the processor is watched."""
FIRST_LINE: Final = 65_536
"""Octets; the first line of a journal is never longer."""


def look_at_room(data: Path, kept_free: int, now: datetime) -> Room:
    """How full the disk is and gets, by the sizes of the lessons begun in the last week."""
    week, first = 0, now
    for folder in _lessons(data):
        begun = _begun(folder)
        if begun is None:
            continue
        first = min(first, begun)
        if begun > now - WEEK:
            week += size_of(folder)
    free = Disk().space(data if data.exists() else data.absolute().parent).free
    days = max(1.0, min(WEEK, now - first) / timedelta(days=1))
    return Room(
        free=free,
        kept_free=kept_free,
        week=week,
        days=days,
        free_words=in_words(free),
        week_words=in_words(week),
    )


def _lessons(data: Path) -> list[Path]:
    lessons = data / LESSONS
    return [each for each in lessons.iterdir() if each.is_dir()] if lessons.is_dir() else []


def _begun(folder: Path) -> datetime | None:
    """When a lesson's lobby opened, by its journal's first line: files may be restored."""
    try:
        with (folder / JOURNAL).open("rb") as file:
            lines = read(file.readline(FIRST_LINE)).lines
    except (OSError, UnreadableJournalError):
        return None
    event = lines[0].event if lines else None
    return datetime.fromisoformat(event.utc) if isinstance(event, LessonOpened) else None


def size_of(whole: Path) -> int:
    """Bytes of a file or of all in a folder; what is not there, or goes meanwhile, has none."""
    total = 0
    for path in (whole, *whole.rglob("*")):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def look_at_processor() -> Machine:
    """How much of the processor is in use, watched for `LOOK_SECONDS`."""
    share = psutil.cpu_percent(interval=LOOK_SECONDS) / 100
    return Machine(cores=psutil.cpu_count() or 1, load=share)
