"""Who was missing, by name: in the lessons of a list, and in a class over some days."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from server.actions.acting import entry
from server.actions.attendance import LessonsWords, Span, check_span
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Reach, reach
from server.store.absences import Absences, Missed
from server.store.database import Database
from server.store.roll_names import Marked

Named = Mapping[str, Sequence[Marked]]
"""Who is marked, by room; only rooms called by name."""


class MissedWords(TypedDict):
    """How often a pupil was not simply there."""

    name: str
    lessons: int
    """Lessons whose roll was called by name and that the pupil belonged to."""
    absent: int
    on_leave: int
    late: int


class AbsencesWords(TypedDict):
    """How often each pupil of a class was missing."""

    pupils: list[MissedWords]


async def named(database: Database, acting: Acting, found: LessonsWords, now: datetime) -> Named:
    """Who was missing in the rooms of a list whose names one may see; each look is logged."""
    rooms = [room for lesson in found["lessons"] for room in lesson["rooms"]]
    looks = {
        room["roll"]["room"]: entry(acting, Action.SEE_PUPILS, now)
        for room in rooms
        if room["by_name"] and room["roll"]["declared"] is not None
    }
    return await Absences(database).of_rooms(looks)


async def of_class(
    database: Database, acting: Acting, class_group: str, span: Span, now: datetime
) -> AbsencesWords:
    """How often each pupil of a class was missing in some days; the look is logged.

    Raises:
        RefusedError: this is not allowed, or the days are too many.
    """
    if reach(acting.capacity, Action.SEE_PUPILS) is Reach.NONE:
        raise RefusedError(Refusal.NOT_YOURS)
    check_span(acting, span)
    look = entry(acting, Action.SEE_PUPILS, now)
    pupils = await Absences(database).of_class(acting, class_group, span.begin, span.end, look)
    return AbsencesWords(pupils=[_words(one) for one in pupils])


def _words(one: Missed) -> MissedWords:
    return MissedWords(
        name=one.name,
        lessons=one.lessons,
        absent=one.absent,
        on_leave=one.on_leave,
        late=one.late,
    )
