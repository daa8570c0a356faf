import os
from pathlib import Path

from recorder.cutter import Fragment, PartOpened
from recorder.files import Disk
from recorder.manifest import Manifest, Track
from recorder.mp4 import opus_writer
from recorder.recording import Recording
from recorder.samples import Sample
from server.actions.replay import covered, playable, read_manifest
from signaling.events import Codec, Kind, ParticipantJoined, Role
from signaling.ids import LessonId, ParticipantId, SourceId
from signaling.journal import Line
from tests.support.websites import record


def track(participant: str) -> Track:
    return Track(
        source=SourceId(f"{participant}/camera"),
        participant=ParticipantId(participant),
        kind=Kind.CAMERA,
        parts=(),
        gaps=(),
    )


def joined(n: int, participant: str, role: Role) -> Line:
    who = ParticipantId(participant)
    return Line(n, 0.0, ParticipantJoined(participant=who, role=role, host=False))


def test_tracks_without_consent_are_left_out() -> None:
    tracks = (track("room"), track("pupil"), track("stranger"))
    manifest = Manifest(lesson=LessonId("l"), duration=1.0, tracks=tracks)
    lines = [joined(0, "room", Role.ROOM), joined(1, "pupil", Role.PUPIL)]
    assert [one.source for one in covered(manifest, lines, {}).tracks] == ["room/camera"]


def test_a_torn_manifest_is_made_again_from_the_indexes(tmp_path: Path) -> None:
    record(tmp_path / "tracks" / "id0~camera", "id0")
    (tmp_path / "manifest.json").write_text("{")
    assert [one.source for one in read_manifest(tmp_path).tracks] == ["id0/camera"]


def test_while_a_lesson_runs_all_that_was_synced_is_there(tmp_path: Path) -> None:
    lesson = Recording(Disk(), LessonId("l"), tmp_path)
    track = lesson.track(SourceId("id0/microphone"), Kind.MICROPHONE)
    writer = opus_writer()
    track.write(PartOpened(start=0.0, codec=Codec.OPUS, writer=writer))
    ends = []
    for first in (0, 100):
        for number in range(first, first + 100):
            start = 0.4 * number
            data = writer.fragment([Sample(b"sound", 0.0, 0.4, True)])
            track.write(Fragment(data=data, start=start, end=start + 0.4, key=True))
        lesson.sync()
        ends.append(read_manifest(tmp_path).duration)
    lesson.close()
    assert 30 < ends[0] <= 40
    assert 70 < ends[1] <= 80


def test_what_may_be_played_follows_what_is_on_disk(tmp_path: Path) -> None:
    assert playable(tmp_path, {}) == frozenset()
    record(tmp_path / "tracks" / "id0~camera", "id0")
    os.utime(tmp_path / "tracks" / "id0~camera" / "index.jsonl", (1, 1))
    # Nobody knows whose it is: it is not played.
    assert playable(tmp_path, {}) == frozenset()
