"""What a dead recorder left behind: torn tails cut off, open parts ended. Blocking.

A part that has no end line is read from its last known segment on, fragment by fragment; whatever
is not whole is cut off.
"""

import mmap
from pathlib import Path
from typing import NamedTuple

from recorder import manifest, segments
from recorder.files import Disk
from recorder.manifest import EndLine, Line, PartLine, SegmentLine, TrackLine
from recorder.samples import Grouper, Span
from signaling.events import Kind
from signaling.ids import SourceId


class Recovered(NamedTuple):
    """One track as it was found."""

    source: SourceId
    """Which."""
    kind: Kind
    """What it is."""
    parts: int
    """The number of its last part."""
    opened: int
    """How many parts had not been ended."""
    end: float | None
    """Lesson time up to which there are media or named gaps; none if there are none."""


def recover(disk: Disk, folder: Path) -> list[Recovered]:
    """Finish every part of a lesson's folder and write its manifest; may be repeated."""
    indexes = sorted((folder / "tracks").glob("*/index.jsonl"))
    found = [_track(disk, path) for path in indexes]
    for path in folder.glob("tracks/*/part-*"):
        if not (path.parent / "index.jsonl").exists():
            path.unlink()
    if indexes:
        manifest.write(disk, folder, manifest.rebuild(folder))
    return [track for track in found if track is not None]


def _track(disk: Disk, path: Path) -> Recovered | None:
    index = disk.open(path)
    try:
        known, size = manifest.lines(index.read())
        if size < index.size:
            index.cut(size)
        _remove_unknown(path.parent, known)
        if not known or not isinstance(known[0], TrackLine):
            index.cut(0)
            return None
        sound = known[0].kind.is_sound
        added = [line for part in _open(known) for line in _finish(disk, path, part, known, sound)]
        if added:
            index.append(b"".join(manifest.LINE.dump_json(line) + b"\n" for line in added))
        index.sync()
    finally:
        index.close()
    return _summary(known[0], [*known, *added], len(_open(known)))


def _remove_unknown(folder: Path, known: list[Line]) -> None:
    """Files whose line never reached the disk: begun within the last seconds before a power cut."""
    names = {line.file for line in known if isinstance(line, PartLine)}
    for path in folder.glob("part-*"):
        if path.name not in names:
            path.unlink()


def _open(known: list[Line]) -> list[PartLine]:
    ended = {line.part for line in known if isinstance(line, EndLine)}
    return [line for line in known if isinstance(line, PartLine) and line.number not in ended]


def _finish(disk: Disk, index: Path, part: PartLine, known: list[Line], sound: bool) -> list[Line]:
    """The lines that a part lacks; its file is cut to what is whole."""
    own = [line.at for line in known if isinstance(line, SegmentLine) and line.part == part.number]
    at = own[-1][2] + own[-1][3] if own else sum(part.init)
    spans, size = _whole(index.with_name(part.file), part, at)
    file = disk.open(index.with_name(part.file))
    if size < file.size:
        file.cut(size)
    file.sync()
    file.close()
    grouped = _grouped(spans, part.start, sound)
    end = max([part.start, *(one[1] for one in own), *(line.at[1] for line in grouped)])
    numbered: list[Line] = [SegmentLine(part=part.number, at=line.at) for line in grouped]
    return [*numbered, EndLine(part=part.number, end=end)]


def _whole(path: Path, part: PartLine, at: int) -> tuple[list[Span], int]:
    """Whole fragments from an offset on, and the size up to which the file is whole."""
    there = path.stat().st_size if path.exists() else 0
    if there < at:
        return [], there
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        view = memoryview(mapped)
        try:
            if segments.init_length(part.container, view) != part.init[1]:
                return [], 0
            spans = list(segments.spans(part.container, view, at))
        finally:
            view.release()
    return spans, spans[-1].offset + spans[-1].length if spans else at


def _grouped(spans: list[Span], start: float, sound: bool) -> list[SegmentLine]:
    """Segments of a part that begins at lesson time `start`; their part number is not known."""
    grouper = Grouper(sound)
    done = [grouper.add(span) for span in spans]
    return [
        SegmentLine(part=0, at=(start + one.start, start + one.end, one.offset, one.length))
        for one in [*done, grouper.finish()]
        if one is not None
    ]


def _summary(head: TrackLine, found: list[Line], opened: int) -> Recovered:
    numbers = [line.number for line in found if isinstance(line, PartLine)]
    ends = [line.end for line in found if isinstance(line, (EndLine, manifest.GapLine))]
    return Recovered(
        head.source, head.kind, max(numbers, default=0), opened, max(ends, default=None)
    )
