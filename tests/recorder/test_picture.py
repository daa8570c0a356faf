"""Cutting pictures: what is kept, what is a gap, when a key frame is wanted."""

import pytest

from recorder.cutter import Fragment, GapFound, KeyFrameWanted, PartClosed, PartOpened, Timed
from recorder.depacketize import assembler
from recorder.picture import AGE_S, ASK_S, HOLD_S, LONG_AGE_S, OUTAGE_S, THIN_BPS, PictureCutter
from signaling.events import Codec, GapReason, Kind
from tests.support.encoded import payloads, pictures

FRAMES = pictures(Codec.VP8, 4, every=15)
OPENING = (PartOpened, Fragment, PartClosed)


def timed(number: int, at: float) -> Timed:
    """A frame of the clip: 0, 15, 30 and 45 are key frames."""
    frame = FRAMES[number]
    machine = assembler(Codec.VP8)
    pieces = payloads(Codec.VP8, frame.data, frame.key)
    whole = [machine.feed(p, 0, len(p), n == len(pieces) - 1) for n, p in enumerate(pieces)][-1]
    assert whole is not None
    return Timed(time=at, ran=at, data=whole.data, key=whole.key, codec=Codec.VP8)


def run(cutter: PictureCutter, first: int, count: int, since: float) -> None:
    """Frames from `first` on, 15 a second."""
    for n in range(count):
        at = since + n / 15
        cutter.frame(timed(first + n, at), at)
        cutter.tick(at)


def fragments(cutter: PictureCutter) -> list[Fragment]:
    return [piece for piece in cutter.pieces if isinstance(piece, Fragment)]


def gaps(cutter: PictureCutter) -> list[GapFound]:
    return [piece for piece in cutter.pieces if isinstance(piece, GapFound)]


def wishes(cutter: PictureCutter) -> int:
    return sum(isinstance(piece, KeyFrameWanted) for piece in cutter.pieces)


def test_fragments_are_short_and_a_key_frame_begins_one() -> None:
    cutter = PictureCutter(Kind.CAMERA)
    run(cutter, 0, 45, 1.0)
    cutter.finish(4.0)
    found = fragments(cutter)
    assert all(one.end - one.start < 0.6 for one in found)
    assert [round(one.start, 3) for one in found if one.key] == [1.0, 2.0, 3.0]
    assert [one.start for one in found[1:]] == pytest.approx([one.end for one in found[:-1]])


def test_nothing_is_kept_before_a_key_frame_and_one_is_wanted() -> None:
    cutter = PictureCutter(Kind.CAMERA)
    run(cutter, 1, 14, 1.0)
    assert fragments(cutter) == []
    assert wishes(cutter) == 2
    run(cutter, 15, 15, 2.0)
    cutter.finish(3.0)
    assert gaps(cutter)[0].reason is GapReason.PACKETS_LOST
    assert gaps(cutter)[0].end == pytest.approx(2.0)


def test_a_loss_leaves_out_what_cannot_be_decoded() -> None:
    cutter = PictureCutter(Kind.CAMERA)
    run(cutter, 0, 5, 1.0)
    cutter.lose(GapReason.PACKETS_LOST, 1.5)
    assert wishes(cutter) == 1
    run(cutter, 6, 9, 1.0 + 6 / 15)
    run(cutter, 15, 15, 3.2)
    cutter.finish(4.3)
    (gap,) = gaps(cutter)
    assert gap.reason is GapReason.PACKETS_LOST
    assert gap.start == pytest.approx(1.0 + 4 / 15 + 0.1)
    assert gap.end == pytest.approx(3.2)
    assert sum(isinstance(piece, PartOpened) for piece in cutter.pieces) == 1


def test_the_last_frame_stands_until_a_hole_ends_so_that_players_go_on() -> None:
    cutter = PictureCutter(Kind.CAMERA)
    run(cutter, 0, 5, 1.0)
    cutter.lose(GapReason.PACKETS_LOST, 1.4)
    run(cutter, 15, 5, 1.7)
    cutter.finish(2.1)
    (gap,) = gaps(cutter)
    assert gap.end == pytest.approx(1.7)
    found = fragments(cutter)
    assert [one.start for one in found[1:]] == pytest.approx([one.end for one in found[:-1]])


def h264(number: int, at: float) -> Timed:
    """A key frame of another codec."""
    frame = pictures(Codec.H264, 0.1)[0]
    machine = assembler(Codec.H264)
    pieces = payloads(Codec.H264, frame.data, frame.key)
    whole = [machine.feed(p, 0, len(p), n == len(pieces) - 1) for n, p in enumerate(pieces)][-1]
    assert whole is not None
    return Timed(time=at, ran=at, data=whole.data, key=True, codec=Codec.H264)


def test_a_frame_that_nothing_follows_is_written_all_the_same() -> None:
    cutter = PictureCutter(Kind.SCREEN)
    cutter.frame(h264(0, 1.0), 1.0)
    assert fragments(cutter) == []
    cutter.tick(1.0 + HOLD_S)
    (only,) = fragments(cutter)
    assert only.end == pytest.approx(1.0 + OUTAGE_S)
    cutter.frame(h264(0, 1.95), 1.95)
    cutter.finish(2.0)
    assert gaps(cutter) == []


def test_in_webm_no_frame_overlaps_the_next_and_none_leaves_a_hole() -> None:
    cutter = PictureCutter(Kind.SCREEN)
    for number, at in enumerate([1.0, 2.0, 3.9, 4.0, 5.8]):
        for tenth in range(10):
            cutter.tick(at - 1 + tenth / 10)
        cutter.frame(timed(number, at), at)
    cutter.tick(5.8 + OUTAGE_S)
    found = fragments(cutter)
    assert [one.start for one in found[1:]] == pytest.approx([one.end for one in found[:-1]])
    assert isinstance(cutter.pieces[-1], PartClosed)


def test_a_part_ends_when_its_key_frame_does_not_come() -> None:
    cutter = PictureCutter(Kind.CAMERA)
    run(cutter, 0, 5, 1.0)
    cutter.lose(GapReason.PACKETS_LOST, 1.4)
    for n in range(60):
        run(cutter, 6, 1, 1.4 + n / 15)
    assert any(isinstance(piece, PartClosed) for piece in cutter.pieces)
    run(cutter, 15, 5, 5.5)
    cutter.finish(5.9)
    (gap,) = gaps(cutter)
    assert gap.reason is GapReason.PACKETS_LOST


def test_an_outage_ends_the_part_and_the_next_begins_at_a_key_frame() -> None:
    cutter = PictureCutter(Kind.CAMERA)
    run(cutter, 0, 10, 1.0)
    for tick in range(60):
        cutter.tick(2.0 + tick / 10)
    assert isinstance(cutter.pieces[-1], PartClosed)
    run(cutter, 10, 5, 9.0)
    run(cutter, 15, 5, 9.4)
    cutter.finish(9.8)
    (gap,) = gaps(cutter)
    assert gap.reason is GapReason.SENDER_AWAY
    assert 1.6 < gap.start < 1.6 + OUTAGE_S
    assert gap.end == pytest.approx(9.4)


def test_a_mark_names_the_next_gap_alone() -> None:
    cutter = PictureCutter(Kind.CAMERA)
    run(cutter, 0, 10, 1.0)
    cutter.mark(GapReason.PAUSED)
    for start in (10.0, 20.0):
        cutter.tick(start - 1)
        run(cutter, 15, 10, start)
    cutter.finish(20.7)
    assert [gap.reason for gap in gaps(cutter)] == [GapReason.PAUSED, GapReason.SENDER_AWAY]


@pytest.mark.parametrize(
    ("kind", "rate", "age"),
    [
        (Kind.CAMERA, 1.2 * THIN_BPS, AGE_S),
        (Kind.CAMERA, 0.8 * THIN_BPS, LONG_AGE_S),
        (Kind.SCREEN, 1.2 * THIN_BPS, LONG_AGE_S),
    ],
)
def test_an_old_key_frame_is_followed_by_a_wish(kind: Kind, rate: float, age: float) -> None:
    cutter = PictureCutter(kind)
    run(cutter, 0, 1, 0.0)
    delta = timed(1, 0.0).data.ljust(round(rate / 80), b"\0")
    for tenth in range(1, round(age * 10)):
        cutter.frame(timed(1, tenth / 10)._replace(data=delta), tenth / 10)
        cutter.tick(tenth / 10)
    assert wishes(cutter) == 0
    cutter.tick(age)
    cutter.tick(age + 0.1)
    assert wishes(cutter) == 1
    cutter.tick(age + ASK_S)
    assert wishes(cutter) == 2
    assert cutter.key_frame_age(age) == pytest.approx(age)


def test_a_long_part_is_followed_by_another_without_a_gap() -> None:
    cutter = PictureCutter(Kind.CAMERA)
    for second in range(302):
        run(cutter, 0, 15, float(second))
    opened = [piece for piece in cutter.pieces if isinstance(piece, PartOpened)]
    assert [one.start for one in opened] == pytest.approx([0.0, 300.0])
    assert gaps(cutter) == []


def test_a_part_that_cannot_be_written_ends_where_it_was_refused() -> None:
    cutter = PictureCutter(Kind.CAMERA)
    run(cutter, 0, 15, 1.0)
    cutter.stop(GapReason.NO_SPACE, since=1.4)
    assert cutter.stopped is GapReason.NO_SPACE
    run(cutter, 15, 15, 2.0)
    cutter.go_on()
    run(cutter, 30, 15, 3.0)
    cutter.finish(4.0)
    (gap,) = gaps(cutter)
    assert (gap.start, gap.reason) == (1.4, GapReason.NO_SPACE)
    assert gap.end == pytest.approx(3.0)


def test_a_key_frame_that_is_none_is_left_out() -> None:
    cutter = PictureCutter(Kind.CAMERA)
    cutter.frame(timed(0, 1.0)._replace(data=b"\0garbage"), 1.0)
    assert not any(isinstance(piece, OPENING) for piece in cutter.pieces)
    run(cutter, 15, 5, 1.5)
    assert any(isinstance(piece, PartOpened) for piece in cutter.pieces)
