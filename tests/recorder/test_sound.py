"""Cutting sound: no holes, and never far from where it belongs."""

import random

import pytest

from recorder.cutter import Fragment, GapFound, PartClosed, PartOpened, Timed
from recorder.mp4 import spans, timescale_of
from recorder.sound import FAR_S, SILENCE, SoundCutter
from signaling.events import Codec, GapReason

VOICE = b"\x78" + bytes(80)
QUIET = b"\x78" + bytes(8)


def timed(at: float, ran: float, data: bytes = VOICE) -> Timed:
    return Timed(time=at, ran=ran, data=data, key=True, codec=Codec.OPUS)


def run(
    cutter: SoundCutter, count: int, since: float, off: float = 0.0, data: bytes = VOICE
) -> None:
    for n in range(count):
        ran = since + n * 0.02
        cutter.frame(timed(ran + off, ran, data), ran)
        cutter.tick(ran)


def fragments(cutter: SoundCutter) -> list[Fragment]:
    return [piece for piece in cutter.pieces if isinstance(piece, Fragment)]


def gaps(cutter: SoundCutter) -> list[GapFound]:
    return [piece for piece in cutter.pieces if isinstance(piece, GapFound)]


def media(cutter: SoundCutter) -> bytes:
    return b"".join(one.data for one in fragments(cutter))


def test_packets_become_fragments_without_holes() -> None:
    cutter = SoundCutter()
    run(cutter, 100, 5.0)
    cutter.finish(7.0)
    found = fragments(cutter)
    assert [one.start for one in found] == pytest.approx([5.0, 5.4, 5.8, 6.2, 6.6])
    assert found[-1].end == pytest.approx(7.0)
    assert gaps(cutter) == []


def test_lost_packets_are_silence_and_a_gap_if_there_were_many() -> None:
    cutter = SoundCutter()
    run(cutter, 50, 5.0)
    cutter.lose(GapReason.PACKETS_LOST, 6.0)
    run(cutter, 50, 6.02)
    cutter.lose(GapReason.PACKETS_LOST, 7.0)
    run(cutter, 50, 7.52)
    cutter.finish(8.5)
    assert media(cutter).count(SILENCE) == 1 + 25
    (gap,) = gaps(cutter)
    assert [gap.start, gap.end] == pytest.approx([7.02, 7.52])
    assert gap.reason is GapReason.PACKETS_LOST
    assert fragments(cutter)[-1].end == pytest.approx(8.52)


def test_a_sender_that_is_silent_by_dtx_has_no_gap() -> None:
    cutter = SoundCutter()
    for burst in range(5):
        run(cutter, 3, 1.0 + burst * 0.4)
    cutter.finish(2.66)
    assert gaps(cutter) == []
    assert media(cutter).count(SILENCE) == 4 * 17


def test_an_outage_ends_the_part() -> None:
    cutter = SoundCutter()
    run(cutter, 50, 5.0)
    cutter.mark(GapReason.MICROPHONE_CLOSED)
    cutter.tick(7.1)
    assert isinstance(cutter.pieces[-1], PartClosed)
    run(cutter, 50, 9.0)
    cutter.finish(10.0)
    (gap,) = gaps(cutter)
    assert [gap.start, gap.end] == pytest.approx([6.0, 9.0])
    assert gap.reason is GapReason.MICROPHONE_CLOSED


def test_a_fragment_waits_no_longer_than_its_length() -> None:
    cutter = SoundCutter()
    run(cutter, 5, 5.0)
    assert fragments(cutter) == []
    cutter.tick(5.5)
    assert len(fragments(cutter)) == 1


@pytest.mark.parametrize("ppm", [150.0, -150.0])
def test_a_drifting_clock_is_kept_within_20_ms_by_frames_in_silence(ppm: float) -> None:
    cutter = SoundCutter()
    chance = random.Random(1)
    put, worst, loud = 0.0, 0.0, 0
    for n in range(60_000):
        ran = n * 0.02
        data = QUIET if (n // 100) % 4 == 0 else b"\x78" + bytes(chance.randrange(60, 100))
        cutter.frame(timed(ran * (1 + ppm / 1e6), ran, data), ran)
        before, put = put, cutter.put_to
        worst = max(worst, abs(put - 0.02 - ran * (1 + ppm / 1e6)))
        loud += data is not QUIET and put - before != pytest.approx(0.02)
        cutter.pieces.clear()
    assert worst < 0.02
    assert loud <= 1


def test_without_any_silence_it_is_put_right_all_the_same() -> None:
    cutter = SoundCutter()
    run(cutter, 50, 1.0)
    run(cutter, 200, 2.0, off=0.1)
    cutter.finish(6.0)
    assert media(cutter).count(SILENCE) in (4, 5)
    assert abs(fragments(cutter)[-1].end - 6.1) <= FAR_S + 1e-9


def test_sound_that_came_too_early_is_left_out_frame_by_frame() -> None:
    cutter = SoundCutter()
    run(cutter, 50, 1.0)
    run(cutter, 200, 2.0, off=-0.1)
    cutter.finish(6.0)
    assert abs(fragments(cutter)[-1].end - 5.9) <= FAR_S + 1e-9


def test_a_long_part_is_followed_by_another_without_a_gap() -> None:
    cutter = SoundCutter()
    run(cutter, 15_100, 0.0)
    cutter.finish(302.0)
    opened = [piece for piece in cutter.pieces if isinstance(piece, PartOpened)]
    assert [one.start for one in opened] == pytest.approx([0.0, 300.0])
    assert gaps(cutter) == []


def test_another_rtp_clock_is_not_filled_with_silence() -> None:
    cutter = SoundCutter()
    run(cutter, 50, 5.0)
    cutter.frame(timed(6.0, 1000.0), 6.0)
    cutter.frame(timed(6.02, 1000.02), 6.02)
    cutter.finish(6.04)
    assert media(cutter).count(SILENCE) == 0
    assert fragments(cutter)[-1].end == pytest.approx(6.04)


def test_stopped_sound_is_a_gap_with_its_reason() -> None:
    cutter = SoundCutter()
    run(cutter, 50, 5.0)
    cutter.stop(GapReason.SLOW_DISK)
    run(cutter, 50, 6.0)
    cutter.go_on()
    run(cutter, 50, 7.0)
    cutter.finish(8.0)
    assert [(gap.reason, round(gap.start, 2), round(gap.end, 2)) for gap in gaps(cutter)] == [
        (GapReason.SLOW_DISK, 6.0, 7.0)
    ]


def test_times_in_the_file_count_from_the_parts_start() -> None:
    cutter = SoundCutter()
    run(cutter, 40, 5.0)
    opened = cutter.pieces[0]
    assert isinstance(opened, PartOpened)
    data = opened.writer.init + media(cutter)
    found = list(spans(data, len(opened.writer.init), timescale_of(data)))
    assert [one.start for one in found] == pytest.approx([0.0, 0.4])


def test_a_burst_at_the_start_is_kept_and_brought_to_its_place() -> None:
    cutter = SoundCutter()
    for n in range(45):
        cutter.frame(timed(1.0, n * 0.02), 1.0)
    for n in range(45, 600):
        cutter.frame(timed(0.1 + n * 0.02, n * 0.02), 0.1 + n * 0.02)
    cutter.finish(13.0)
    found = fragments(cutter)
    assert sum(isinstance(piece, PartOpened) for piece in cutter.pieces) == 1
    assert found[0].start == 1.0
    assert found[-1].end == pytest.approx(12.1, abs=FAR_S + 1e-6)


def test_sound_that_is_seen_to_be_apart_is_brought_back_in_a_hurry() -> None:
    cutter = SoundCutter()
    run(cutter, 50, 1.0)
    run(cutter, 150, 2.0, off=-0.9)
    assert cutter.put_to == pytest.approx(4.1, abs=0.1)


def test_sound_far_too_early_is_left_out_at_once() -> None:
    cutter = SoundCutter()
    run(cutter, 50, 10.0)
    run(cutter, 50, 11.0, off=-5.0)
    cutter.finish(12.0)
    assert fragments(cutter)[-1].end == pytest.approx(11.0)
