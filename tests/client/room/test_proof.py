import json
import subprocess
import sys
from pathlib import Path

import pytest

from client.room.proof import prove
from recorder.manifest import MANIFEST, Manifest, Part, Track
from signaling.events import Codec, Kind
from signaling.ids import LessonId, ParticipantId, SourceId
from tests.support.clips import write_clip

pytestmark = pytest.mark.slow

CAMERA = SourceId("room/camera")


def recorded(folder: Path, *names: str) -> Path:
    """A lesson's folder whose one track has these files."""
    parts = tuple(
        Part(
            file=name,
            container="mp4",
            codec=Codec.H264,
            mime="video/mp4",
            start=0.0,
            end=1.0,
            init=(0, 1),
            segments=((0.0, 1.0, 1, 1),),
        )
        for name in names
    )
    track = Track(
        source=CAMERA,
        participant=ParticipantId("room"),
        kind=Kind.CAMERA,
        parts=parts,
        gaps=(),
    )
    manifest = Manifest(lesson=LessonId(folder.name), duration=1.0, tracks=(track,))
    (folder / "manifest.json").write_bytes(MANIFEST.dump_json(manifest))
    return folder


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    write_clip(tmp_path / "whole.mkv", source=1, seconds=1)
    (tmp_path / "torn.mp4").write_bytes(b"\0\0\0\x10ftypisom" + bytes(40))
    return tmp_path


def test_a_whole_recording_decodes(lesson: Path) -> None:
    found = prove(recorded(lesson, "whole.mkv", "whole.mkv"))
    assert found == {CAMERA: {"kind": "camera", "frames": 30, "decodes": True}}


@pytest.mark.parametrize("name", ["torn.mp4", "missing.mp4"])
def test_one_bad_part_is_told(lesson: Path, name: str) -> None:
    found = prove(recorded(lesson, "whole.mkv", name))
    assert found == {CAMERA: {"kind": "camera", "frames": 15, "decodes": False}}


@pytest.mark.parametrize(("name", "status"), [("whole.mkv", 0), ("torn.mp4", 1)])
def test_the_program_tells_it_by_its_exit_status(lesson: Path, name: str, status: int) -> None:
    command = [sys.executable, "-m", "client.room.proof", str(recorded(lesson, name))]
    ran = subprocess.run(command, capture_output=True, check=False)
    assert ran.returncode == status
    assert json.loads(ran.stdout)[CAMERA]["decodes"] is (status == 0)
