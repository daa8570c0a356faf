"""What of a lesson is on disk: the index of each track, and the manifest made from all of them.

`index.jsonl` of a track is appended to when media are synced; `manifest.json` can always be made
again from the indexes. Times are lesson time in seconds. Blocking: called from threads.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from recorder.files import Disk
from signaling.events import Codec, GapReason, Kind
from signaling.ids import LessonId, ParticipantId, SourceId, owner_of

VERSION = 1
READABLE = ConfigDict(extra="ignore")
"""Later versions only add; what is not known is left out."""

Segment = tuple[float, float, int, int]
"""Start, end, first byte, length in bytes; begins at a key frame."""


@dataclass(frozen=True, kw_only=True, config=READABLE)
class TrackLine:
    """The first line of an index."""

    type: Literal["track"] = "track"
    source: SourceId
    """Whose track it is."""
    kind: Kind
    """What it is."""


@dataclass(frozen=True, kw_only=True, config=READABLE)
class PartLine:
    """A file was begun; written at once, so that media are never without their line."""

    type: Literal["part"] = "part"
    number: int
    """From 1."""
    file: str
    """Its name beside the index."""
    container: str
    """mp4 or webm."""
    codec: Codec
    """What is in it."""
    mime: str
    """As MediaSource is asked for it."""
    start: float
    """Lesson time."""
    init: tuple[int, int]
    """First byte and length of its head."""


@dataclass(frozen=True, kw_only=True, config=READABLE)
class SegmentLine:
    """A segment is whole and synced."""

    type: Literal["segment"] = "segment"
    part: int
    """Of which part."""
    at: Segment
    """Where."""


@dataclass(frozen=True, kw_only=True, config=READABLE)
class EndLine:
    """A part is whole and synced."""

    type: Literal["end"] = "end"
    part: int
    """Which."""
    end: float
    """Lesson time."""


@dataclass(frozen=True, kw_only=True, config=READABLE)
class GapLine:
    """A stretch is not kept."""

    type: Literal["gap"] = "gap"
    start: float
    """Lesson time."""
    end: float
    """Lesson time."""
    reason: GapReason
    """Why."""


Line = Annotated[
    TrackLine | PartLine | SegmentLine | EndLine | GapLine, Field(discriminator="type")
]
LINE: TypeAdapter[Line] = TypeAdapter(Line)
"""One line of an index."""


@dataclass(frozen=True, kw_only=True, config=READABLE)
class Part:
    """One file of a track."""

    file: str
    """From the lesson's folder."""
    container: str
    """mp4 or webm."""
    codec: Codec
    """What is in it."""
    mime: str
    """As MediaSource is asked for it."""
    start: float
    """Lesson time; times in the file count from here."""
    end: float
    """Lesson time."""
    init: tuple[int, int]
    """First byte and length of its head."""
    segments: tuple[Segment, ...]
    """In order."""


@dataclass(frozen=True, kw_only=True, config=READABLE)
class Gap:
    """A stretch that is not kept."""

    start: float
    """Lesson time."""
    end: float
    """Lesson time."""
    reason: GapReason
    """Why."""


@dataclass(frozen=True, kw_only=True, config=READABLE)
class Track:
    """One source."""

    source: SourceId
    """Which."""
    participant: ParticipantId
    """Whose."""
    kind: Kind
    """What it is."""
    parts: tuple[Part, ...]
    """In order of time, none without media."""
    gaps: tuple[Gap, ...]
    """In order of time."""


@dataclass(frozen=True, kw_only=True, config=READABLE)
class Manifest:
    """All that is kept of a lesson."""

    version: int = VERSION
    """Of this language; fields are only added."""
    lesson: LessonId
    """Which."""
    duration: float
    """Lesson time of the end of the last media."""
    tracks: tuple[Track, ...]
    """By the names of their sources."""


MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Manifest)
"""Reads and writes one manifest as JSON."""


def folder_of(source: SourceId) -> str:
    """The name of a track's folder under `tracks`."""
    return source.replace("/", "~")


def lines(data: bytes) -> tuple[list[Line], int]:
    """Whole lines of an index and how many bytes they take; ends at the first that is torn."""
    found: list[Line] = []
    at = 0
    for raw in data.splitlines(keepends=True):
        try:
            if not raw.endswith(b"\n"):
                break
            found.append(LINE.validate_json(raw))
        except ValidationError:
            break
        at += len(raw)
    return found, at


def rebuild(folder: Path) -> Manifest:
    """The manifest of a lesson's folder from the indexes of its tracks.

    Of a part that nobody ended it knows what was synced; after `recovery.recover` that is all.
    """
    indexes = sorted((folder / "tracks").glob("*/index.jsonl"))
    tracks = [_track(lines(path.read_bytes())[0], path.parent.name) for path in indexes]
    kept = tuple(track for track in tracks if track is not None)
    ends = [part.end for track in kept for part in track.parts]
    return Manifest(lesson=LessonId(folder.name), duration=max(ends, default=0.0), tracks=kept)


def _track(found: list[Line], name: str) -> Track | None:
    if not found or not isinstance(found[0], TrackLine):
        return None
    head = found[0]
    parts = [line for line in found if isinstance(line, PartLine)]
    made = [_part(line, found, name) for line in parts]
    gaps = [
        Gap(start=line.start, end=line.end, reason=line.reason)
        for line in found
        if isinstance(line, GapLine)
    ]
    return Track(
        source=head.source,
        participant=owner_of(head.source),
        kind=head.kind,
        parts=tuple(part for part in made if part is not None),
        gaps=tuple(sorted(gaps, key=lambda gap: gap.start)),
    )


def _part(head: PartLine, found: list[Line], name: str) -> Part | None:
    """None for a part without any media."""
    own = [line.at for line in found if isinstance(line, SegmentLine) and line.part == head.number]
    if not own:
        return None
    ends = [line.end for line in found if isinstance(line, EndLine) and line.part == head.number]
    return Part(
        file=f"tracks/{name}/{head.file}",
        container=head.container,
        codec=head.codec,
        mime=head.mime,
        start=head.start,
        end=max([segment[1] for segment in own] + ends),
        init=head.init,
        segments=tuple(own),
    )


def write(disk: Disk, folder: Path, manifest: Manifest) -> None:
    """Put it beside the tracks, whole or not at all; raises `OSError`."""
    disk.replace(folder / "manifest.json", MANIFEST.dump_json(manifest))


def load(folder: Path) -> Manifest:
    """The manifest as written last; made again from the indexes if it is not there or torn."""
    try:
        return MANIFEST.validate_json((folder / "manifest.json").read_bytes())
    except (OSError, ValidationError):
        return rebuild(folder)
