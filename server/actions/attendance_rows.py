"""A lesson's attendance for whoever looks on the server itself: pupils' rolls, then observers."""

from datetime import datetime
from typing import Literal

from server.actions.observers import ObserverWords, of_lesson
from server.actions.rolls import RollWords, rolls_of
from server.store.database import Database


class PupilsRow(RollWords):
    """The pupils of one room, as numbers."""

    kind: Literal["pupils"]


class ObservingRow(ObserverWords):
    """A teacher who listened; in none of the numbers."""

    kind: Literal["observing"]


AttendanceRow = PupilsRow | ObservingRow


async def rows_of(database: Database, lesson: str, now: datetime) -> list[AttendanceRow]:
    """The rolls of all rooms of a lesson, the host's first, and after them who listened.

    Raises:
        UserError: there is no such lesson.
    """
    rolls = await rolls_of(database, lesson, now)
    listened = await of_lesson(database, lesson)
    return [
        *(PupilsRow(kind="pupils", **one) for one in rolls),
        *(ObservingRow(kind="observing", **one) for one in listened),
    ]
