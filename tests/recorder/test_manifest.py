"""The manifest, made from indexes and read again."""

from pathlib import Path

import pytest

from recorder import manifest
from recorder.files import Disk
from recorder.manifest import LINE, MANIFEST, Manifest, Track
from signaling.events import Codec, GapReason, Kind
from signaling.ids import LessonId, SourceId
from tests.support.encoded import sounds
from tests.support.tapes import SOURCE, Tape


def recorded(folder: Path) -> Track:
    tape = Tape(Codec.OPUS, folder)
    tape.play(sounds(9), since=5)
    tape.tick(16.0)
    tape.play(sounds(3), since=20)
    tape.close(25.0)
    (track,) = manifest.rebuild(folder).tracks
    return track


def test_parts_segments_and_gaps_stand_in_it(tmp_path: Path) -> None:
    track = recorded(tmp_path)
    assert (track.source, track.participant, track.kind) == (SOURCE, "p", Kind.MICROPHONE)
    assert [part.file for part in track.parts] == [
        "tracks/p~s/part-0001.mp4",
        "tracks/p~s/part-0002.mp4",
    ]
    first = track.parts[0]
    assert [round(segment[0]) for segment in first.segments] == [5, 9, 13]
    assert first.segments[0][2] == first.init[1]
    assert (tmp_path / first.file).stat().st_size == first.init[1] + sum(
        segment[3] for segment in first.segments
    )
    assert [(round(gap.start), round(gap.end)) for gap in track.gaps] == [(14, 20), (23, 25)]
    assert {gap.reason for gap in track.gaps} == {GapReason.SENDER_AWAY}


def test_it_is_written_read_and_made_again_if_torn(tmp_path: Path) -> None:
    recorded(tmp_path)
    made = manifest.rebuild(tmp_path)
    assert made.duration == pytest.approx(23.0)
    manifest.write(Disk(), tmp_path, made)
    assert manifest.load(tmp_path) == made
    (tmp_path / "manifest.json").write_bytes(b'{"version":1')
    assert manifest.load(tmp_path) == made
    (tmp_path / "manifest.json").unlink()
    assert manifest.load(tmp_path) == made


def test_a_lesson_without_media_has_an_empty_manifest(tmp_path: Path) -> None:
    empty = Manifest(lesson=LessonId(tmp_path.name), duration=0.0, tracks=())
    assert manifest.load(tmp_path) == empty


def test_lines_end_at_the_first_that_is_torn(tmp_path: Path) -> None:
    line = LINE.dump_json(manifest.EndLine(part=1, end=2.0)) + b"\n"
    assert manifest.lines(line + line[:-3]) == ([manifest.EndLine(part=1, end=2.0)], len(line))
    assert manifest.lines(b"no json\n" + line) == ([], 0)


def test_a_later_version_may_say_more() -> None:
    text = '{"version":2,"lesson":"l","duration":1.0,"tracks":[],"new":true}'
    assert MANIFEST.validate_json(text).version == 2


def test_a_tracks_folder_is_named_after_its_source() -> None:
    assert manifest.folder_of(SourceId("p/class_camera")) == "p~class_camera"
