"""Who was in a lesson from when to when, folded from its journal each time it is asked."""

from pathlib import Path
from typing import TypedDict


class IntervalWords(TypedDict):
    """One stretch of somebody's presence; times are lesson time in seconds."""

    participant: str
    name: str
    role: str
    start: float
    end: float
    reason: str


class PresenceWords(TypedDict):
    """The presence of one lesson."""

    lesson: str
    ended: bool
    intervals: list[IntervalWords]


async def presence_of(data: Path, lesson: str) -> PresenceWords:
    """Fold the journal."""
    raise NotImplementedError
