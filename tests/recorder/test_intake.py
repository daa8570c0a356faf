"""Handles, sources and lessons; records that come too early or too late."""

from pathlib import Path

import pytest

from recorder import manifest
from recorder.cutter import Fragment, GapFound, PartClosed, PartOpened
from recorder.intake import HELD_HANDLES, HELD_S, Intake
from recorder.twin.choice import incoming
from signaling.events import Codec, GapReason
from signaling.rtp import tap
from tests.support.encoded import Publisher, pictures, sounds
from tests.support.played import play
from tests.support.tapes import LESSON, SOURCE, Tape


def record(publisher: Publisher, now: float) -> bytes:
    """One packet of sound on the tap."""
    (frame,) = sounds(0.02)
    return b"".join(publisher.frame(frame, now))


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
    assert list(tape.intake.batch(record(old, 1001.0))) == []
    assert not tape.intake.waiting


def test_records_of_nobody_are_held_for_a_while_and_no_more_than_so_many() -> None:
    intake = Intake(incoming())
    for handle in range(HELD_HANDLES + 5):
        assert list(intake.batch(record(Publisher(handle, Codec.OPUS), 1000.0))) == []
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
    for source, found in tape.intake.batch(record(tape.publisher, 1001.0)):
        source.record(found, 1001.0)
    tape.intake.drop(LESSON)
    assert list(tape.intake.batch(record(tape.publisher, 1001.02))) == []
    assert not tape.intake.waiting


def test_records_that_came_before_their_request_are_read_with_it() -> None:
    tape = Tape(Codec.OPUS)
    early = Publisher(2, Codec.OPUS, ssrc=2)
    for n in range(10):
        tape.send(record(early, 1001.0 + n / 50), 1001.0 + n / 50)
    tape.publish(Codec.OPUS, 1.3)
    tape.close(1.25)
    kinds = [type(piece) for piece in tape.pieces]
    assert kinds == [PartOpened, Fragment, PartClosed]


def test_a_report_of_another_length_is_passed_over() -> None:
    tape = Tape(Codec.OPUS)
    short = tape.publisher.record(tap.SENDER_REPORT, b"short", 1001.0, 0)
    tape.send(short, 1001.0)
    tape.send(tape.publisher.report(1 << 40, 0.0, 1001.0), 1001.0)
    assert tape.pieces == []


@pytest.mark.parametrize("after", [0.4, 2.0])
@pytest.mark.parametrize("codec", [Codec.H264, Codec.VP8, Codec.VP9])
def test_another_layer_goes_on_in_the_part_with_a_segment_of_its_own(
    codec: Codec, after: float, tmp_path: Path
) -> None:
    tape = Tape(codec, tmp_path)
    tape.play(pictures(codec, after))
    wishes = tape.wishes
    tape.publisher = Publisher(1, codec, ssrc=99, index=7, rtp=12_345)
    tape.play(pictures(codec, 2, size=(320, 240)), since=after)
    tape.close(after + 2)
    (track,) = manifest.rebuild(tmp_path).tracks
    (part,) = track.parts
    assert [segment[0] for segment in part.segments] == pytest.approx([0, after], abs=0.002)
    assert tape.gaps == []
    assert tape.wishes == wishes
    played = play(tmp_path, part)
    assert played.sizes == [(160, 120)] * round(after * 15) + [(320, 240)] * 30
    assert played.times == pytest.approx([n / 15 for n in range(len(played.times))], abs=0.002)


def test_another_layer_whose_key_frame_is_lost_is_waited_for_and_asked_for() -> None:
    tape = Tape(Codec.VP8)
    tape.play(pictures(Codec.VP8, 1))
    wishes = tape.wishes
    tape.publisher = Publisher(1, Codec.VP8, ssrc=99)
    frames = pictures(Codec.VP8, 3, every=20)
    tape.play(frames, since=1, lost=lambda frame, _: frame == 0)
    tape.close(4)
    assert tape.wishes - wishes == 2
    (gap,) = tape.gaps
    assert gap.reason is GapReason.PACKETS_LOST
    assert gap.end == pytest.approx(1 + 20 / 15, abs=0.1)


def test_the_first_second_of_a_new_publication_is_at_its_time() -> None:
    tape = Tape(Codec.VP8)
    tape.play(pictures(Codec.VP8, 0.4))
    tape.publish(Codec.VP8, 0.5)
    tape.play(pictures(Codec.VP8, 1), since=0.5)
    tape.close(1.5)
    starts = [piece.start for piece in tape.pieces if isinstance(piece, PartOpened)]
    assert starts == pytest.approx([0, 0.5], abs=0.002)
