"""Handles, sources and lessons; records that come too early or too late."""

from recorder.cutter import GapFound, PartClosed, PartOpened
from recorder.intake import HELD_HANDLES, HELD_S, Intake
from signaling.events import Codec, GapReason
from signaling.rtp import tap
from tests.support.encoded import Publisher, pictures, sounds
from tests.support.tapes import LESSON, SOURCE, Tape


def records(publisher: Publisher, seconds: float, now: float) -> list[tap.Record]:
    data = b"".join(
        one for frame in sounds(seconds) for one in publisher.frame(frame, now + frame.time)
    )
    return list(tap.records(data))


def test_a_new_publication_continues_the_track_in_a_new_part() -> None:
    tape = Tape(Codec.H264)
    tape.play(pictures(Codec.H264, 2))
    tape.intake.mark_gap(SOURCE, GapReason.WORKER_LOST)
    tape.publish(Codec.H264, 4.0)
    tape.play(pictures(Codec.H264, 2), since=4)
    tape.close(6.0)
    opened = [piece.start for piece in tape.pieces if isinstance(piece, PartOpened)]
    assert len(opened) == 2
    assert [gap.reason for gap in tape.gaps] == [GapReason.WORKER_LOST]


def test_old_records_of_a_replaced_publication_are_dropped() -> None:
    tape = Tape(Codec.OPUS)
    old = tape.publisher
    tape.publish(Codec.OPUS, 1.0)
    (record,) = records(old, 0.02, 1001.0)
    assert tape.intake.publisher(record) is None


def test_records_of_nobody_are_held_for_a_while_and_no_more_than_so_many() -> None:
    intake = Intake()
    for handle in range(HELD_HANDLES + 5):
        (record,) = records(Publisher(handle, Codec.OPUS), 0.02, 1000.0)
        intake.publisher(record)
    assert sorted(intake.waiting) == list(range(5, HELD_HANDLES + 5))
    intake.tick(1000.0 + HELD_S - 1)
    assert len(intake.waiting) == HELD_HANDLES
    intake.tick(1000.0 + HELD_S + 1)
    assert not intake.waiting


def test_an_overrun_is_a_gap_up_to_the_next_key_frame() -> None:
    tape = Tape(Codec.H264)
    frames = pictures(Codec.H264, 4, every=30)
    tape.play(frames[:15])
    tape.send(tape.publisher.overrun(40, 1001.0, 1002.0), 1002.0)
    assert tape.wishes == 1
    tape.publisher.index += 40
    tape.play(frames[30:])
    tape.close(4.0)
    (gap,) = tape.gaps
    assert gap.reason is GapReason.RECORDER_OVERRUN


def test_a_closed_lesson_is_forgotten() -> None:
    tape = Tape(Codec.OPUS)
    tape.play(sounds(1))
    (source,) = tape.intake.close_lesson(LESSON, 3.0)
    kinds = [type(piece) for piece in source.cutter.pieces]
    assert kinds[-2:] == [PartClosed, GapFound]
    assert tape.intake.all() == []
    assert tape.intake.known(LESSON, SOURCE) is None


def test_a_dropped_lesson_leaves_no_pieces() -> None:
    tape = Tape(Codec.OPUS)
    (record,) = records(tape.publisher, 0.02, 1001.0)
    source = tape.intake.publisher(record)
    assert source is not None
    source.record(record, 1001.0)
    tape.intake.drop(LESSON)
    assert tape.intake.publisher(record) is None
    assert not tape.intake.waiting


def test_a_report_of_another_length_is_passed_over() -> None:
    tape = Tape(Codec.OPUS)
    short = tape.publisher.record(tap.SENDER_REPORT, b"short", 1001.0, 0)
    tape.send(short, 1001.0)
    tape.send(tape.publisher.report(1 << 40, 0.0, 1001.0), 1001.0)
    assert tape.pieces == []
