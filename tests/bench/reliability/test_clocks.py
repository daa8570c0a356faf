"""Times of a sound whose clock runs slow, by the wall clock."""

import pytest

from bench.reliability.clocks import Clocks, Reading

SLOW = Clocks([Reading(10.0, 0.0), Reading(20.0, 8.0), Reading(30.0, 18.0)])


def test_between_two_readings_both_clocks_go_in_proportion() -> None:
    assert SLOW.wall(4.0) == pytest.approx(15.0)
    assert SLOW.wall(13.0) == pytest.approx(25.0)
    assert SLOW.sound(15.0) == pytest.approx(4.0)


def test_outside_all_readings_both_run_alike() -> None:
    assert SLOW.wall(-1.0) == pytest.approx(9.0)
    assert SLOW.sound(31.0) == pytest.approx(19.0)
    assert Clocks().wall(5.0) == pytest.approx(5.0)


def test_a_clock_that_stood_goes_on_evenly() -> None:
    stood = Clocks([Reading(0.0, 0.0), Reading(1.0, 0.0), Reading(2.0, 1.0)])
    assert stood.wall(0.5) == pytest.approx(1.0)


def test_the_wall_clock_may_begin_elsewhere() -> None:
    assert SLOW.since(10.0).wall(4.0) == pytest.approx(5.0)
    assert SLOW.since(10.0).wall(19.0) == pytest.approx(21.0)
