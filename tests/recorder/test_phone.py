from recorder.manifest import Part, Track
from recorder.phone import BESIDE, PIECE_S, WHOLE, Box, Piece, cast, fitted, pieces, reads, ready
from signaling.events import Codec, Kind
from signaling.ids import ParticipantId, SourceId


def part(start: float, *lengths: float) -> Part:
    """Segments one behind the other, 100 bytes each."""
    found, at = [], start
    for number, length in enumerate(lengths):
        found.append((at, at + length, 20 + 100 * number, 100))
        at += length
    return Part(
        file="part-0001.mp4",
        container="mp4",
        codec=Codec.H264,
        mime="video/mp4",
        start=start,
        end=at,
        init=(0, 20),
        segments=tuple(found),
    )


def track(source: str, kind: Kind, *parts: Part) -> Track:
    participant = ParticipantId(source.partition("/")[0])
    return Track(source=SourceId(source), participant=participant, kind=kind, parts=parts, gaps=())


def test_pieces_follow_each_other_and_the_last_is_what_is_left() -> None:
    assert pieces(2.0, 70.0) == [Piece(0, 2.0, 34.0), Piece(1, 34.0, 66.0), Piece(2, 66.0, 70.0)]
    assert pieces(2.0, 34.0) == [Piece(0, 2.0, 34.0)]
    assert pieces(2.0, 2.0) == []


def test_whole_frames_of_picture_and_sound_fill_a_piece() -> None:
    assert (PIECE_S * 15).is_integer()
    assert (PIECE_S * 48_000 / 1024).is_integer()


def test_while_a_lesson_runs_its_last_minute_waits() -> None:
    assert ready(0.0, 91.9, over=False) == []
    assert ready(0.0, 92.0, over=False) == [Piece(0, 0.0, 32.0)]
    assert len(ready(0.0, 92.0, over=True)) == 3


def test_the_hosts_own_camera_goes_before_the_classes() -> None:
    tracks = (
        track("a/class", Kind.CLASS_CAMERA),
        track("a/camera", Kind.CAMERA),
        track("b/camera", Kind.CAMERA),
        track("b/screen", Kind.SCREEN),
        track("a/microphone", Kind.MICROPHONE),
        track("b/sound", Kind.SCREEN_SOUND),
    )
    found = cast(tracks, ParticipantId("a"))
    assert [one.source for one in found.cameras] == ["a/camera", "a/class"]
    assert [one.source for one in found.screens] == ["b/screen"]
    assert [one.source for one in found.sounds] == ["a/microphone", "b/sound"]
    assert [one.source for one in cast(tracks, None).cameras] == [
        "a/camera",
        "b/camera",
        "a/class",
    ]


def test_a_piece_reads_from_the_key_frame_before_it_to_the_end_of_its_last_segment() -> None:
    camera = track("a/camera", Kind.CAMERA, part(0.0, 10, 10, 10), part(40.0, 10, 10))
    found = reads(camera, Piece(0, 12.0, 41.0))
    assert [(one.start, one.end, one.offset, one.length) for one in found] == [
        (10.0, 30.0, 120, 200),
        (40.0, 50.0, 20, 100),
    ]
    assert reads(camera, Piece(0, 30.0, 40.0)) == []


def test_pictures_fit_whole_and_in_the_middle() -> None:
    assert fitted(WHOLE, (1280, 720)) == Box(0, 0, 960, 540)
    assert fitted(WHOLE, (640, 480)) == Box(120, 0, 720, 540)
    assert fitted(BESIDE, (640, 360)) == Box(720, 202, 240, 136)
    tall = fitted(BESIDE, (16, 16_000))
    assert (tall.width, tall.height) == (4, 540)
