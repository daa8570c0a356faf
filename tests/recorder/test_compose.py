from pathlib import Path

import av
import numpy as np
import pytest

from recorder import compose, manifest
from recorder.phone import RATE, SIZE, Cast, cast, pieces
from server.actions.links import LessonLinks
from signaling.events import Kind
from signaling.ids import ParticipantId
from tests.support import taped
from tests.support.stripes import read
from tests.support.taped import CHANGING, ENDED, HOST_CAMERA, SCREEN, SHOTS, STARTED, Shot

pytestmark = pytest.mark.slow

LESSON: LessonLinks = {
    "lesson": "lesson",
    "title": "数学",
    "minutes": 40,
    "bases": [],
    "links": {},
    "rooms": [
        {"name": "甲", "participant": "host", "host": True, "links": {}},
        {"name": "乙", "participant": "other", "host": False, "links": {}},
    ],
}


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    """A lesson of 40 s with a camera, and a screen from 10 to 30."""
    data = tmp_path_factory.mktemp("data")
    taped.write(data, LESSON, SHOTS, ENDED)
    folder = data / "lessons" / "lesson"
    return folder, cast(manifest.load(folder).tracks, ParticipantId("host"))


@pytest.fixture(scope="module")
def whole(lesson: tuple[Path, Cast]) -> Path:
    """Its phone version."""
    folder, shown = lesson
    parts = pieces(STARTED, ENDED)
    for piece in parts:
        compose.compose(folder, shown, piece)
    compose.join(folder, len(parts))
    return folder / compose.WHOLE


def luma(frame: av.VideoFrame) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return frame.to_ndarray()[: SIZE[1]].astype(np.uint8)


def test_it_is_one_h264_and_aac_file_with_its_index_in_front(whole: Path) -> None:
    data = whole.read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")
    with av.open(str(whole)) as file:
        assert [one.codec_context.name for one in file.streams] == ["h264", "aac"]
        lasts = [float((one.duration or 0) * (one.time_base or 0)) for one in file.streams]
    assert lasts == [pytest.approx(ENDED - STARTED, abs=0.05)] * 2


def test_a_still_is_left_beside_it_and_goes_with_it(whole: Path) -> None:
    still = whole.with_name("still.jpg")
    assert still.read_bytes().startswith(b"\xff\xd8")
    film, used = whole.read_bytes(), (whole.parent / compose.USED).read_bytes()
    compose.remove(whole.parent)
    assert not still.exists()
    whole.write_bytes(film)
    (whole.parent / compose.USED).write_bytes(used)


def test_every_moment_shows_the_teacher_and_the_screen_of_that_moment(whole: Path) -> None:
    with av.open(str(whole)) as file:
        frames = list(file.decode(video=0))
    assert len(frames) == (ENDED - STARTED) * RATE
    for number, frame in enumerate(frames):
        time = STARTED + number / RATE
        assert frame.time == pytest.approx(number / RATE, abs=1e-3)
        picture = luma(frame)
        if 10 <= time < 30:
            shown = read(picture[67:472, :720])
            source = SCREEN
        else:
            shown = read(picture)
            source = HOST_CAMERA
        assert shown is not None, number
        assert shown.source == source
        assert abs(shown.number / RATE - time) <= 1.01 / RATE, number


def test_sounds_are_mixed_and_run_through_the_seam(whole: Path) -> None:
    with av.open(str(whole)) as file:
        sound = np.concatenate([one.to_ndarray()[0] for one in file.decode(audio=0)])
    second = sound[: len(sound) // 48_000 * 48_000].reshape(-1, 48_000)
    power = np.sqrt((second**2).mean(axis=1))
    alone, both = power[2:9].mean(), power[11:19].mean()
    assert both > alone > 0.05, power
    around = sound[round(31.95 * 48_000) : round(32.05 * 48_000)]
    level = np.sqrt((around.reshape(-1, 240) ** 2).mean(axis=1))
    assert level.min() > 0.6 * level.max(), level


def test_it_says_who_is_in_it_and_its_pieces_are_gone(
    lesson: tuple[Path, Cast], whole: Path
) -> None:
    found = compose.made(lesson[0])
    assert found.whole
    assert not found.pieces
    assert found.sources == {"host/camera", "host/screen", "host/microphone", "other/microphone"}


@pytest.mark.parametrize("shot", CHANGING[:3], ids=lambda shot: shot.takes[0].codec)
def test_a_picture_that_grows_and_shrinks_within_its_part_is_shown_throughout(
    tmp_path: Path, shot: Shot
) -> None:
    alone = shot._replace(room=0, name="camera", kind=Kind.CAMERA)
    taped.write(tmp_path, LESSON, [alone], ENDED)
    folder = tmp_path / "lessons" / "lesson"
    (track,) = manifest.load(folder).tracks
    assert len(track.parts) == 1
    shown = cast([track], ParticipantId("host"))
    for piece in pieces(STARTED, ENDED):
        compose.compose(folder, shown, piece)
        with av.open(str(folder / "phone" / f"{piece.number:04}.mp4")) as file:
            for number, frame in enumerate(file.decode(video=0)):
                time = piece.start + number / RATE
                stripe = read(luma(frame))
                assert stripe is not None, time
                assert abs(stripe.number / RATE - time) <= 1.01 / RATE
