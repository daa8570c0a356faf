"""What both cutters do alike."""

import pytest

from recorder.cutter import GAP_S, Cutter, Fragment, GapFound, PartClosed, PartOpened, Timed
from recorder.sound import SoundCutter
from signaling.events import Codec, GapReason


def put(cutter: SoundCutter, at: float, count: int = 20) -> None:
    for n in range(count):
        time = at + n * 0.02
        frame = Timed(time=time, ran=time, data=b"\x78voice", key=True, codec=Codec.OPUS)
        cutter.frame(frame, time)


def gaps(cutter: Cutter) -> list[GapFound]:
    return [piece for piece in cutter.pieces if isinstance(piece, GapFound)]


def test_pieces_of_a_part_come_in_order() -> None:
    cutter = SoundCutter()
    put(cutter, 1.0)
    cutter.close(None)
    assert [type(piece) for piece in cutter.pieces] == [PartOpened, Fragment, PartClosed]


def test_a_track_that_is_continued_has_a_gap_from_where_it_was_left() -> None:
    cutter = SoundCutter(kept_to=5.0, reason=GapReason.RECORDER_LOST)
    put(cutter, 8.0)
    (gap,) = gaps(cutter)
    assert (gap.start, gap.end, gap.reason) == (5.0, 8.0, GapReason.RECORDER_LOST)


def test_a_hole_too_short_to_matter_is_no_gap() -> None:
    cutter = SoundCutter(kept_to=5.0)
    put(cutter, 5.0 + GAP_S / 2)
    assert gaps(cutter) == []


def test_the_reason_of_a_closed_publication_goes_before_a_mark() -> None:
    cutter = SoundCutter()
    put(cutter, 1.0)
    cutter.mark(GapReason.PAUSED)
    cutter.close(GapReason.CONSENT)
    cutter.finish(9.0)
    assert [gap.reason for gap in gaps(cutter)] == [GapReason.CONSENT]


def test_a_mark_stays_when_a_publication_is_replaced() -> None:
    cutter = SoundCutter()
    put(cutter, 1.0)
    cutter.mark(GapReason.WORKER_LOST)
    cutter.close(None)
    put(cutter, 4.0)
    assert [gap.reason for gap in gaps(cutter)] == [GapReason.WORKER_LOST]


def test_a_mark_that_nothing_came_of_is_forgotten() -> None:
    cutter = SoundCutter()
    put(cutter, 1.0)
    cutter.mark(GapReason.MICROPHONE_CLOSED)
    put(cutter, 1.4, count=200)
    cutter.finish(9.0)
    assert [gap.reason for gap in gaps(cutter)] == [GapReason.SENDER_AWAY]


def test_stopping_goes_before_everything_else() -> None:
    cutter = SoundCutter()
    put(cutter, -9.0, count=500)
    put(cutter, 1.0, count=25)
    cutter.stop(GapReason.NO_SPACE, since=1.2)
    cutter.close(GapReason.SENDER_AWAY)
    cutter.finish(9.0)
    (gap,) = gaps(cutter)
    assert (gap.start, gap.reason) == (1.2, GapReason.NO_SPACE)
    assert cutter.kept_to == pytest.approx(9.0)


def test_a_microphone_that_is_closed_on_a_full_disk_was_lost_to_that() -> None:
    cutter = SoundCutter()
    put(cutter, 1.0)
    cutter.stop(GapReason.NO_SPACE)
    cutter.mark(GapReason.MICROPHONE_CLOSED)
    cutter.go_on()
    put(cutter, 4.0)
    (gap,) = gaps(cutter)
    assert gap.reason is GapReason.NO_SPACE


def test_a_source_that_never_sent_has_no_gap() -> None:
    cutter = SoundCutter()
    cutter.finish(9.0)
    assert cutter.pieces == []
