"""Whether a source may be recorded, replayed or taken out: the one place that decides it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TypeVar

from signaling.events import Kind, Role

SourceT = TypeVar("SourceT", bound=str)


class Purpose(StrEnum):
    """What somebody wants to do with the pictures and sounds of a lesson."""

    RECORD = "record"
    REPLAY = "replay"


class Standing(IntEnum):
    """How far the parents of a class have agreed; of several classes the least counts."""

    MISSING = 0
    """Nothing was declared, or it was withdrawn."""
    EXCEPTED = 1
    """All but some, who must sit out of view."""
    WHOLE = 2
    """All of them."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Whom a source shows or lets hear."""

    role: Role
    """As what they take part."""
    standing: Standing | None = None
    """How far the class in it has agreed; none where it shows a teacher or a screen."""
    seated: bool = False
    """Whether the host has said that who is not to be recorded sits out of view."""


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
_MISSING = Cover(allowed=False, reason="consent_class_missing")
_IN_VIEW = Cover(allowed=False, reason="consent_class_in_view")
_SEATED = Cover(allowed=True, reason="consent_class_seated")


def cover(sources: Mapping[SourceT, Shown], purpose: Purpose) -> dict[SourceT, Cover]:
    """For each source of a lesson, by whom it shows: allowed or not, and why.

    What was recorded of a class with exceptions had them out of view, so a replay does not ask.
    """
    return {source: _cover(shown, purpose) for source, shown in sources.items()}


def shows_class(kind: Kind, *, host: bool) -> bool:
    """Whether a classroom's source shows or lets hear its class, not its teacher or a screen.

    The host room's own camera and microphone are the teacher's; a receiving room has no other
    pictures and sounds than its class's.
    """
    match kind:
        case Kind.SCREEN | Kind.SCREEN_SOUND:
            return False
        case Kind.CLASS_CAMERA:
            return True
        case Kind.CAMERA | Kind.MICROPHONE:
            return not host


def least(standings: Iterable[Standing]) -> Standing:
    """What holds for a room with several classes in it; with none that is known, the strictest."""
    return min(standings, default=Standing.MISSING)


def _cover(shown: Shown, purpose: Purpose) -> Cover:
    if shown.standing is None or not _BY_ROLE[shown.role].allowed:
        return _BY_ROLE[shown.role]
    match shown.standing:
        case Standing.MISSING:
            return _MISSING
        case Standing.EXCEPTED if purpose is Purpose.RECORD and not shown.seated:
            return _IN_VIEW
        case Standing.EXCEPTED:
            return _SEATED
        case Standing.WHOLE:
            return _BY_ROLE[Role.ROOM]
