"""What a page noted becomes figures."""

import pytest

from bench.reliability.clocks import Clocks, Reading
from bench.reliability.seen import (
    Counters,
    Frame,
    Piece,
    Seen,
    heard_share,
    longest,
    longest_gap,
    moving,
    percentile,
    piece,
    tone_share,
    top_again,
    usual_amplitude,
    usual_height,
)


def counters(at: float, received: int, concealed: int, silent: int) -> Counters:
    """Sums of sound alone."""
    return Counters(at, received, concealed, silent, decoded=0, octets=0)


def tone(start: float, end: float, amplitude: float = 0.2) -> list[Piece]:
    """The tone without a break."""
    count = round((end - start) * 100)
    return [Piece(start + number / 100, amplitude) for number in range(count)]


def frames(start: float, end: float, rate: int, height: int = 720) -> list[Frame]:
    """Frames without a break."""
    count = round((end - start) * rate)
    return [Frame(start + number / rate, height) for number in range(count)]


def test_what_was_made_up_of_silence_is_not_missed() -> None:
    first, last = counters(0, 1000, 100, 60), counters(1, 49_000, 1100, 580)
    assert heard_share([first, last]) == pytest.approx(1 - 480 / 48_000)


def test_no_sound_at_all_is_not_heard() -> None:
    assert heard_share([counters(0, 5, 0, 0), counters(1, 5, 0, 0)]) == 0.0
    assert heard_share([]) == 0.0


def test_the_tone_counts_where_it_is_half_as_loud_as_usual() -> None:
    pieces = tone(0, 1) + tone(1, 2, 0.05) + tone(2, 4, 0.11)
    usual = usual_amplitude(tone(0, 1))
    assert tone_share(pieces, usual, 4.0) == pytest.approx(0.75)
    assert longest_gap(pieces, usual, 0.0, 4.0) == pytest.approx(1.0)


def test_a_gap_lasts_to_the_end_if_nothing_comes_any_more() -> None:
    assert longest_gap(tone(0, 2), 0.2, 0.0, 5.0) == pytest.approx(3.0)
    assert longest_gap([], 0.2, 0.0, 5.0) == 5.0
    assert longest_gap(tone(0, 5), 0.2, 0.0, 5.0) == 0.0


def test_a_silence_that_was_usual_is_no_tone() -> None:
    assert tone_share(tone(0, 1, 0.0), usual_amplitude(tone(0, 1, 0.0)), 1.0) == 0.0


def test_the_longest_freeze_counts_both_ends() -> None:
    assert longest([2.0, 3.0], 0.0, 10.0) == 7.0
    assert longest([], 0.0, 10.0) == 10.0
    assert longest([11.0], 0.0, 10.0) == 10.0


def test_media_are_back_when_the_later_of_both_is() -> None:
    seen = Seen([], frames(2, 10, 10), tone(4, 10))
    assert moving(seen, 0.2, 1.0, 10.0) == pytest.approx(3.0)


def test_what_comes_back_for_a_moment_is_not_back() -> None:
    seen = Seen([], frames(0, 10, 10), tone(2, 2.3) + tone(6, 10))
    assert moving(seen, 0.2, 1.0, 10.0) == pytest.approx(5.0, abs=0.15)
    assert moving(Seen([], frames(0, 10, 10), tone(2, 2.3)), 0.2, 1.0, 10.0) is None


def test_the_top_layer_is_back_with_its_size_and_its_frames() -> None:
    shown = frames(0, 3, 25, 180) + frames(3, 5, 5, 720) + frames(5, 9, 25, 720)
    assert top_again(shown, 720, 25.0, 0.0, 9.0) == pytest.approx(5.0, abs=0.3)
    assert top_again(frames(0, 9, 25, 360), 720, 25.0, 0.0, 9.0) is None


def test_heights_and_percentiles_of_nothing_are_nothing() -> None:
    assert usual_height([]) == 0
    assert percentile([], 0.95) == 0.0
    assert percentile([float(one) for one in range(100)], 0.95) == 95.0


def test_a_sound_of_a_slow_clock_fills_the_time_that_it_lasts() -> None:
    slow = Clocks([Reading(0.0, 0.0), Reading(10.0, 8.0)])
    pieces = [piece(slow, number / 100, 0.2) for number in range(800)]
    assert tone_share(pieces, 0.2, 10.0) == pytest.approx(1.0)
    assert longest_gap(pieces, 0.2, 0.0, 10.0) == 0.0
    assert moving(Seen([], frames(0, 10, 10), pieces), 0.2, 1.0, 10.0) == pytest.approx(0, abs=0.02)
