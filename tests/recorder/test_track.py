"""One source's folder: files, index, and what happens when the disk refuses."""

from pathlib import Path

import pytest

from recorder import manifest
from recorder.cutter import Fragment, GapFound, PartClosed, PartOpened
from recorder.files import Disk
from recorder.manifest import EndLine, GapLine, Line, PartLine, SegmentLine, TrackLine
from recorder.mp4 import opus_writer
from recorder.samples import Sample
from recorder.track import Track
from signaling.events import Codec, GapReason, Kind
from signaling.ids import SourceId
from tests.support.disks import FullDisk, RememberingDisk

SOURCE = SourceId("p/microphone")
WRITER = opus_writer()


def opened(start: float) -> PartOpened:
    return PartOpened(start=start, codec=Codec.OPUS, writer=WRITER)


def fragment(start: float) -> Fragment:
    data = WRITER.fragment([Sample(b"sound" * 20, start, start + 0.4, True)])
    return Fragment(data=data, start=start, end=start + 0.4, key=True)


def index(folder: Path) -> list[Line]:
    return manifest.lines((folder / "tracks/p~microphone/index.jsonl").read_bytes())[0]


def track(folder: Path, disk: Disk | None = None) -> Track:
    return Track(disk or Disk(), folder, SOURCE, Kind.MICROPHONE)


def test_the_index_tells_what_is_synced(tmp_path: Path) -> None:
    one = track(tmp_path)
    one.write(opened(5.0))
    for n in range(15):
        one.write(fragment(5.0 + n * 0.4))
    assert [type(line) for line in index(tmp_path)] == [TrackLine, PartLine]
    one.sync()
    assert [type(line) for line in index(tmp_path)][2:] == [SegmentLine]
    one.write(PartClosed(end=11.0))
    one.write(GapFound(start=11.0, end=12.0, reason=GapReason.PAUSED))
    one.sync()
    assert [type(line) for line in index(tmp_path)][3:] == [SegmentLine, EndLine, GapLine]
    one.close()
    assert one.changes == 2


def test_nothing_is_named_before_it_is_synced(tmp_path: Path) -> None:
    disk = RememberingDisk()
    one = track(tmp_path, disk)
    one.write(opened(5.0))
    for n in range(30):
        one.write(fragment(5.0 + n * 0.4))
        one.sync()
    one.close()
    synced = 0
    for act in disk.acts:
        if act.path.suffix == ".mp4" and act.what == "synced":
            synced = act.size
        if act.path.name == "index.jsonl" and act.what == "appended":
            named = [line for line in manifest.lines(act.data)[0] if isinstance(line, SegmentLine)]
            assert all(line.at[2] + line.at[3] <= synced for line in named)


def test_a_refused_fragment_ends_the_part_and_the_next_part_is_written(tmp_path: Path) -> None:
    disk = FullDisk(1 << 20)
    one = track(tmp_path, disk)
    one.write(opened(5.0))
    one.write(fragment(5.0))
    disk.room = 0
    with pytest.raises(OSError, match="space"):
        one.write(fragment(5.4))
    disk.room = 1 << 20
    one.write(fragment(5.8))
    one.write(PartClosed(end=6.2))
    one.write(opened(7.0))
    one.write(fragment(7.0))
    one.write(PartClosed(end=7.4))
    one.sync()
    one.close()
    ends = [line.end for line in index(tmp_path) if isinstance(line, EndLine)]
    assert ends == pytest.approx([5.4, 7.4])


def test_a_refused_head_leaves_no_part(tmp_path: Path) -> None:
    disk = FullDisk(0)
    one = track(tmp_path, disk)
    with pytest.raises(OSError, match="space"):
        one.write(opened(5.0))
    one.write(fragment(5.0))
    one.write(PartClosed(end=5.4))
    disk.room = 1 << 20
    one.write(opened(6.0))
    one.write(fragment(6.0))
    one.write(PartClosed(end=6.4))
    one.sync()
    one.close()
    parts = [line for line in index(tmp_path) if isinstance(line, PartLine)]
    assert [(part.number, part.start) for part in parts] == [(1, 6.0)]


def test_a_refused_index_line_is_written_in_a_later_pass(tmp_path: Path) -> None:
    disk = FullDisk(1 << 20, "index")
    one = track(tmp_path, disk)
    one.write(opened(5.0))
    one.write(fragment(5.0))
    one.write(PartClosed(end=5.4))
    disk.room = 0
    with pytest.raises(OSError, match="space"):
        one.sync()
    disk.room = 1 << 20
    assert one.sync()
    assert [type(line) for line in index(tmp_path)][2:] == [SegmentLine, EndLine]
    one.close()
    assert not one.sync()


def test_parts_are_numbered_on_from_those_before(tmp_path: Path) -> None:
    one = Track(Disk(), tmp_path, SOURCE, Kind.MICROPHONE, parts=3)
    one.write(opened(5.0))
    one.close()
    assert (tmp_path / "tracks/p~microphone/part-0004.mp4").exists()


def test_an_index_is_synced_when_it_has_new_lines_and_else_not(tmp_path: Path) -> None:
    disk = RememberingDisk()
    one = track(tmp_path, disk)
    one.write(opened(5.0))
    for n in range(15):
        one.write(fragment(5.0 + n * 0.4))
        assert one.sync()
    one.close()
    synced = [act.path.name for act in disk.acts if act.what == "synced"]
    # Its part's line, and one segment of four seconds.
    assert synced.count("index.jsonl") == 2
    assert synced.count("part-0001.mp4") == 15
