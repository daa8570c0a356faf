"""Whether a source may be recorded, replayed or taken out: the one place that decides it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from signaling.events import Role

SourceT = TypeVar("SourceT", bound=str)


class Purpose(StrEnum):
    """What somebody wants to do with the pictures and sounds of a lesson."""

    RECORD = "record"
    REPLAY = "replay"


@dataclass(frozen=True, kw_only=True)
class Cover:
    """Whether one source is covered by a consent."""

    allowed: bool
    """Whether it may be used."""
    reason: str
    """A word of `signaling/locale` that says why."""


_BY_ROLE = {
    Role.TEACHER: Cover(allowed=True, reason="consent_teacher"),
    Role.ROOM: Cover(allowed=True, reason="consent_room"),
    Role.PUPIL: Cover(allowed=False, reason="consent_pupil_at_home"),
    Role.VIEWER: Cover(allowed=False, reason="consent_viewer"),
    Role.INSPECTOR: Cover(allowed=False, reason="consent_viewer"),
}


def cover(sources: Mapping[SourceT, Role], purpose: Purpose) -> dict[SourceT, Cover]:
    """For each source of a lesson, by the role of whoever it shows: allowed or not, and why.

    Teachers and classrooms are covered by their school for every purpose there is; a pupil at
    home is covered for none.
    """
    match purpose:
        case Purpose.RECORD | Purpose.REPLAY:
            return {source: _BY_ROLE[role] for source, role in sources.items()}
