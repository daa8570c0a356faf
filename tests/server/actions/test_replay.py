import os
from pathlib import Path

from recorder.manifest import Manifest, Track
from server.actions.replay import covered, playable, read_manifest
from signaling.events import Kind, ParticipantJoined, Role
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


def test_what_may_be_played_follows_what_is_on_disk(tmp_path: Path) -> None:
    assert playable(tmp_path, {}) == frozenset()
    record(tmp_path / "tracks" / "id0~camera", "id0")
    os.utime(tmp_path / "tracks" / "id0~camera" / "index.jsonl", (1, 1))
    # Nobody knows whose it is: it is not played.
    assert playable(tmp_path, {}) == frozenset()
