"""A roll by roster: everyone who belongs here was there, but for those who are marked; pure."""

from collections import Counter
from collections.abc import Collection, Mapping
from enum import StrEnum

from server.programme.attendance import Numbers
from server.programme.refusal import Refusal, RefusedError


class Mark(StrEnum):
    """How a pupil was not simply there."""

    ABSENT = "absent"
    """Did not come and is not excused."""
    LATE = "late"
    """Came, but late: counts as present."""
    ON_LEAVE = "on_leave"
    """Is excused."""


def counted(expected: Collection[str], marks: Mapping[str, Mark], observing: int) -> Numbers:
    """The numbers of a roll by roster.

    Args:
        expected: the pupils who belonged here when the lesson began.
        marks: those of them who were not simply there.
        observing: how many teachers sat in to listen.

    Raises:
        RefusedError: no names are known of this room, or somebody else is marked.
    """
    if not expected or not marks.keys() <= set(expected):
        raise RefusedError(Refusal.ROLL_NAMES_UNKNOWN)
    number = Counter(marks.values())
    away = number[Mark.ABSENT] + number[Mark.ON_LEAVE]
    return Numbers(
        expected=len(expected),
        present=len(expected) - away,
        on_leave=number[Mark.ON_LEAVE],
        late=number[Mark.LATE],
        observing=observing,
    )
