from pathlib import Path

import numpy as np

from recorder import manifest
from recorder.manifest import Track
from recorder.phone import Piece, Read, reads
from recorder.reel import Reel, heard
from signaling.events import Codec, Kind
from signaling.ids import SourceId
from tests.support import taped
from tests.support.stripes import grey, read
from tests.support.taped import RATE, Shot, Take

CAMERA = Shot(
    *(0, "camera", Kind.CAMERA, 5), (Take(Codec.H264, 0.0, 4.0), Take(Codec.VP8, 6.0, 8.0))
)
SOUND = Shot(0, "microphone", Kind.MICROPHONE, 0, (Take(Codec.OPUS, 1.0, 3.0),))


def track(folder: Path, shot: Shot) -> Track:
    folder.mkdir(exist_ok=True)
    taped.record(folder, SourceId(f"a/{shot.name}"), shot)
    return manifest.rebuild(folder).tracks[0]


def loader(folder: Path) -> "dict[str, bytes]":
    return {path.name: path.read_bytes() for path in folder.glob("tracks/*/part-*")}


def test_a_reel_shows_the_picture_of_each_moment_and_nothing_in_a_gap(tmp_path: Path) -> None:
    camera = track(tmp_path / "lesson", CAMERA)
    files = loader(tmp_path / "lesson")

    def load(one: Read) -> bytes:
        data = files[one.part.file.rpartition("/")[2]]
        return data[: one.part.init[1]] + data[one.offset : one.offset + one.length]

    reel = Reel(reads(camera, Piece(0, 0.0, 8.0)), load)
    for time in (0.5, 2.0, 3.9, 6.5, 7.9):
        frame = reel.at(time)
        assert frame is not None
        shown = read(grey(frame))
        assert shown is not None
        assert 0 <= time - shown.number / RATE < 1 / RATE + 1e-6
        if time == 3.9:
            assert reel.at(5.0) is None
    assert reel.at(8.5) is None


def test_what_cannot_be_decoded_ends_early_and_harms_nothing(tmp_path: Path) -> None:
    camera = track(tmp_path / "lesson", CAMERA)
    reel = Reel(reads(camera, Piece(0, 0.0, 8.0)), lambda _: b"no film at all")
    assert reel.at(1.0) is None


def test_sound_lies_where_it_was_heard(tmp_path: Path) -> None:
    sound = track(tmp_path / "lesson", SOUND)
    files = loader(tmp_path / "lesson")
    found = heard(
        reads(sound, Piece(0, 0.0, 4.0)), lambda one: files["part-0001.mp4"], 0.0, 4 * 48_000
    )
    power = np.sqrt((found.reshape(-1, 4800) ** 2).mean(axis=1))
    assert power[:10].max() == 0
    assert power[11:29].min() > 0.05
    assert power[30:].max() == 0
