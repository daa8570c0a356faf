"""The delays of a loop."""

from server.media.lateness import WINDOW, Lateness


def test_the_longest_delay_is_told_and_forgotten_after_two_halves() -> None:
    late = Lateness(100.0)
    assert late.longest(100.0) == 0.0
    late.note(0.2, 101.0)
    late.note(0.05, 102.0)
    assert late.longest(102.0) == 0.2
    late.note(0.1, 100.0 + 1.5 * WINDOW)
    assert late.longest(100.0 + 1.9 * WINDOW) == 0.2
    assert late.longest(100.0 + 2.1 * WINDOW) == 0.1
    assert late.longest(100.0 + 3.1 * WINDOW) == 0.0


def test_after_a_long_silence_nothing_is_left() -> None:
    late = Lateness(0.0)
    late.note(3.0, 1.0)
    assert late.longest(7.3 * WINDOW) == 0.0
    late.note(0.3, 7.4 * WINDOW)
    assert late.longest(8.2 * WINDOW) == 0.3
    assert late.longest(9.1 * WINDOW) == 0.0
