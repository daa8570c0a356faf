"""How long datagrams gather."""

import pytest

from server.media.tick import BUSY, LONGEST, QUIET, WINDOW, Tick, pause_at


def run(rate: float, seconds: float, tick: Tick, now: float) -> float:
    """Let datagrams come at a rate, each read at once or after the pause; the last pause."""
    until, pause = now + seconds, 0.0
    while now < until:
        step = max(pause, 1 / rate)
        now += step
        pause = tick.pause(round(step * rate), now)
    return pause


@pytest.mark.parametrize(
    ("rate", "pause"),
    [(0, 0), (QUIET, 0), ((QUIET + BUSY) / 2, LONGEST / 2), (BUSY, LONGEST), (1e6, LONGEST)],
)
def test_the_pause_grows_with_what_comes(rate: float, pause: float) -> None:
    assert pause_at(rate) == pytest.approx(pause)


def test_one_lesson_is_read_as_it_comes_with_a_hundred_receivers_too() -> None:
    assert run(210, 1, Tick(5.0), 5.0) == 0
    assert run(240 + 100 * (10 + 1 + 1), 1, Tick(5.0), 5.0) == 0


def test_a_whole_district_is_read_at_the_longest_pause_and_quiet_ends_it() -> None:
    tick = Tick(0.0)
    assert run(20_000, 1, tick, 0.0) == pytest.approx(LONGEST)
    assert tick.pause(0, 2.5) == 0


def test_a_single_burst_changes_nothing_before_a_window_is_over() -> None:
    assert Tick(0.0).pause(500, WINDOW / 2) == 0
