"""A lesson's folder from opening to the end."""

from pathlib import Path

import pytest

from recorder import manifest
from recorder.cutter import Fragment, PartClosed, PartOpened
from recorder.files import Disk
from recorder.mp4 import opus_writer
from recorder.recording import Recording
from recorder.samples import Sample
from recorder.track import Track
from signaling.events import Codec, Kind
from signaling.ids import LessonId, SourceId
from tests.support.disks import FullDisk

LESSON = LessonId("lesson")


def part(track: Track, start: float) -> None:
    writer = opus_writer()
    track.write(PartOpened(start=start, codec=Codec.OPUS, writer=writer))
    data = writer.fragment([Sample(b"sound", 0.0, 0.4, True)])
    track.write(Fragment(data=data, start=start, end=start + 0.4, key=True))
    track.write(PartClosed(end=start + 0.4))


def recording(folder: Path, disk: Disk | None = None) -> Recording:
    return Recording(disk or Disk(), LESSON, folder)


def test_a_finished_lesson_has_its_manifest_and_its_sums(tmp_path: Path) -> None:
    lesson = recording(tmp_path)
    assert lesson.recover() == []
    for name in ("a", "b"):
        part(lesson.track(SourceId(f"p/{name}"), Kind.MICROPHONE), 5.0)
    part(lesson.track(SourceId("p/b"), Kind.MICROPHONE), 9.0)
    done = lesson.finish()
    lesson.close()
    assert done.tracks == 2
    assert done.seconds == pytest.approx(0.8)
    assert done.written == sum(path.stat().st_size for path in tmp_path.glob("tracks/*/part*"))
    assert manifest.load(tmp_path).duration == pytest.approx(9.4)


def test_the_manifest_follows_when_parts_come_and_go(tmp_path: Path) -> None:
    lesson = recording(tmp_path)
    track = lesson.track(SourceId("p/a"), Kind.MICROPHONE)
    part(track, 5.0)
    lesson.sync()
    first = (tmp_path / "manifest.json").stat()
    lesson.sync()
    assert (tmp_path / "manifest.json").stat().st_ino == first.st_ino
    part(track, 9.0)
    lesson.sync()
    assert len(manifest.load(tmp_path).tracks[0].parts) == 2
    lesson.close()


def test_a_recording_is_continued_behind_its_parts(tmp_path: Path) -> None:
    lesson = recording(tmp_path)
    part(lesson.track(SourceId("p/a"), Kind.MICROPHONE), 5.0)
    lesson.finish()
    lesson.close()
    again = recording(tmp_path)
    (found,) = again.recover()
    assert found.parts == 1
    part(again.track(SourceId("p/a"), Kind.MICROPHONE), 9.0)
    again.finish()
    again.close()
    assert [one.start for one in manifest.load(tmp_path).tracks[0].parts] == [5.0, 9.0]


def test_a_pass_that_comes_after_the_end_finds_nothing(tmp_path: Path) -> None:
    lesson = recording(tmp_path)
    part(lesson.track(SourceId("p/a"), Kind.MICROPHONE), 5.0)
    lesson.finish()
    lesson.close()
    lesson.sync()


def test_one_track_that_is_refused_keeps_no_other_from_being_synced(tmp_path: Path) -> None:
    disk = FullDisk(1 << 20, "manifest")
    lesson = recording(tmp_path, disk)
    track = lesson.track(SourceId("p/a"), Kind.MICROPHONE)
    part(track, 5.0)
    disk.room = 0
    with pytest.raises(OSError, match="space"):
        lesson.sync()
    disk.room = 1 << 20
    lesson.sync()
    assert (tmp_path / "manifest.json").exists()
    assert lesson.holds(track)
    assert lesson.written(SourceId("p/a")) > 0
    assert lesson.written(SourceId("p/other")) == 0
    lesson.close()
