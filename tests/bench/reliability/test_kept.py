"""How much of a recorded picture moves."""

import pytest

from bench.reliability.kept import moving_share


def test_a_picture_that_stands_has_stopped_after_half_a_second() -> None:
    times = [number / 10 for number in range(100)]
    assert moving_share(times, 0.0, 10.0) == pytest.approx(1.0)
    assert moving_share(times, 0.0, 20.0) == pytest.approx((9.9 + 0.5) / 20)
    assert moving_share([at for at in times if not 3 < at < 7], 0.0, 10.0) == pytest.approx(0.65)


def test_a_recording_without_a_picture_kept_nothing() -> None:
    assert moving_share([], 0.0, 10.0) == 0.0
    assert moving_share([0.2], 5.0, 10.0) == 0.0
