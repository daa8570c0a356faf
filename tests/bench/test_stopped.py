from bench.stopped import summed_up
from tests.support.benched import part


def test_a_stopped_recorder_is_compared_with_a_running_one() -> None:
    figures = summed_up(part(2.0), part(2.1, tapped=200), part(3.0), 1_000_000)
    assert figures.ratio == 1.05
    assert figures.tapped == 0.4
    assert figures.loss == 0.001
    assert figures.valid


def test_one_measurement_without_cpu_makes_all_three_invalid() -> None:
    assert not summed_up(part(2.0), part(2.0, late_ms=40.0), part(2.0), 1).valid
