"""What follows from a lesson's end: presence folded from the sealed journal and kept."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from recorder.presence import INTERVALS, fold
from server.store.database import Database
from server.store.derived import Derived, DerivedRows
from server.store.folder import lesson_folder, read_journal

PRESENCE_RULE = 1
"""Version of the way in which presence is folded."""


async def close_lesson(data: Path, database: Database, lesson: str) -> None:
    """Fold the presence of a lesson that has ended; doing it again changes nothing.

    Raises:
        ValueError: its journal is not sealed.
    """
    derived = await asyncio.to_thread(_presence, data, lesson)
    await DerivedRows(database).put(derived, datetime.now(UTC))


def _presence(data: Path, lesson: str) -> Derived:
    journal = read_journal(lesson_folder(data, lesson))
    if not journal.sealed:
        raise ValueError(f"the journal of {lesson} is not sealed")
    return Derived(
        lesson=lesson,
        kind="presence",
        journal_head=journal.head.chain.hex(),
        rule=PRESENCE_RULE,
        body=INTERVALS.dump_json(fold(journal.lines)).decode(),
    )
