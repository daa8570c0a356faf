"""How much of a recorded picture moves."""

import pytest

from bench.reliability.clocks import Clocks, Reading
from bench.reliability.kept import moving_share, sounding


def test_a_picture_that_stands_has_stopped_after_half_a_second() -> None:
    times = [number / 10 for number in range(100)]
    assert moving_share(times, 0.0, 10.0) == pytest.approx(1.0)
    assert moving_share(times, 0.0, 20.0) == pytest.approx((9.9 + 0.5) / 20)
    assert moving_share([at for at in times if not 3 < at < 7], 0.0, 10.0) == pytest.approx(0.65)


def test_a_recording_without_a_picture_kept_nothing() -> None:
    assert moving_share([], 0.0, 10.0) == 0.0
    assert moving_share([0.2], 5.0, 10.0) == 0.0


def test_who_is_slow_sends_less_and_nothing_of_it_is_missed() -> None:
    slow = Clocks([Reading(0.0, 0.0), Reading(100.0, 80.0)])
    offsets = [number / 100 for number in range(4000)]
    assert sounding(offsets, 8.0, 20.0, 50.0, slow) == pytest.approx(30.0, abs=0.02)
    lossy = [at for number, at in enumerate(offsets) if number % 5]
    assert sounding(lossy, 8.0, 20.0, 50.0, slow) == pytest.approx(24.0, abs=0.05)
