"""The boundary of the recorder: what the server asks, what the recorder answers and tells.

One line each (`signaling.boundary`); packets come by the tap (`signaling.rtp.tap`). Times named
lesson time are seconds since the journal's first line.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from recorder.space import Step
from signaling.events import STRICT, Codec, GapReason, Kind
from signaling.ids import DeviceId, LessonId, SourceId


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OpenLesson:
    """Record a lesson, or go on recording one that a dead recorder has left (recovers it first)."""

    type: Literal["open_lesson"] = "open_lesson"
    id: int
    """Request id; answered by `LessonReady`."""
    lesson: LessonId
    """Which."""
    folder: str
    """The lesson's folder; exists."""
    zero: float
    """CLOCK_MONOTONIC at lesson time 0 (may be negative after a restart)."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OpenSource:
    """Keep a source, or go on with it; packets of its handle follow on the tap."""

    type: Literal["open_source"] = "open_source"
    lesson: LessonId
    """Whose."""
    source: SourceId
    """Which; the same source again continues its track in a new part."""
    handle: int
    """Its number on the tap, never given twice."""
    kind: Kind
    """What it is."""
    codec: Codec
    """In what it begins; a tap record with another codec begins a new part."""
    device: DeviceId | None = None
    """Whose clock stamps its sender reports; without it the participant is taken for one device."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CloseSource:
    """Keep no more of a source: finish its part now. Later records of the handle are dropped."""

    type: Literal["close_source"] = "close_source"
    handle: int
    """Which."""
    reason: GapReason
    """What its gap, up to the next part or the end, is called."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MarkGap:
    """The next gap of a source has this reason (a closed microphone, a lost worker)."""

    type: Literal["mark_gap"] = "mark_gap"
    source: SourceId
    """Which."""
    reason: GapReason
    """Why nothing comes."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CloseLesson:
    """Finish every part and write the manifest."""

    type: Literal["close_lesson"] = "close_lesson"
    id: int
    """Request id; answered by `LessonClosed`."""
    lesson: LessonId
    """Which."""
    end: float
    """Lesson time of the end."""


Request = Annotated[
    OpenLesson | OpenSource | CloseSource | MarkGap | CloseLesson, Field(discriminator="type")
]
"""Server to recorder."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Ready:
    """The recorder runs; its first message. It reads the tap from now on."""

    type: Literal["ready"] = "ready"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LessonReady:
    """Reply to `OpenLesson`."""

    type: Literal["lesson_ready"] = "lesson_ready"
    id: int
    """The request's."""
    recovered: int
    """How many parts a dead recorder had left open."""
    step: Step
    """How free space stands for this lesson."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LessonClosed:
    """Reply to `CloseLesson`: everything is on disk and synced."""

    type: Literal["lesson_closed"] = "lesson_closed"
    id: int
    """The request's."""
    tracks: int
    """How many sources have media."""
    seconds: float
    """Length of the longest."""
    written: int
    """Bytes of media."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Failed:
    """A request can't be carried out, or a lesson's recording has failed."""

    type: Literal["failed"] = "failed"
    id: int | None
    """The request's, if it was one."""
    lesson: LessonId
    """Which."""
    why: str
    """For the log."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class WantKeyFrame:
    """A picture needs a key frame: start, loss, new size or codec, or the last is too old."""

    type: Literal["want_key_frame"] = "want_key_frame"
    source: SourceId
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Gap:
    """A stretch of a source is not kept; told when it ends."""

    type: Literal["gap"] = "gap"
    lesson: LessonId
    """Whose."""
    source: SourceId
    """Which."""
    start: float
    """Lesson time."""
    end: float
    """Lesson time."""
    reason: GapReason
    """Why."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SourceWritten:
    """One source on disk."""

    source: SourceId
    """Which."""
    written: int
    """Bytes so far."""
    key_frame_age_s: float
    """Seconds since the last key frame; 0 for sound."""
    trouble: GapReason | None
    """Why nothing is written just now."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Progress:
    """Every 2 s for each lesson."""

    type: Literal["progress"] = "progress"
    lesson: LessonId
    """Which."""
    sources: tuple[SourceWritten, ...]
    """Its sources."""
    free_space: float
    """Share of the disk that is free, 0 to 1."""
    waiting: int
    """Bytes of all lessons that wait for the disk."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SpaceStep:
    """Free space crossed a line of `recorder.space`."""

    type: Literal["space_step"] = "space_step"
    lesson: LessonId
    """For which lesson."""
    step: Step
    """Where it stands now; a lesson that was not begun for want of space is `stopped`."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class DiskSlow:
    """Syncing takes so long that frames wait, or again not."""

    type: Literal["disk_slow"] = "disk_slow"
    slow: bool
    """Whether they wait."""


Notice = Annotated[
    Ready
    | LessonReady
    | LessonClosed
    | Failed
    | WantKeyFrame
    | Gap
    | Progress
    | SpaceStep
    | DiskSlow,
    Field(discriminator="type"),
]
"""Recorder to server: replies and notifications."""

REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
NOTICE: TypeAdapter[Notice] = TypeAdapter(Notice)
