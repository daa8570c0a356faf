from bench.orders import Measured
from bench.stopped import summed_up


def measured(delay_ms: float, late_ms: float = 4.0) -> Measured:
    return Measured(
        expected=1000, received=999, delays_ms=(1.0, delay_ms), late_ms=late_ms, cores=0.1
    )


def test_a_stopped_recorder_is_compared_with_a_running_one() -> None:
    figures = summed_up(measured(2.0), measured(2.1), measured(3.0), 1_000_000)
    assert figures.ratio == 1.05
    assert figures.loss == 0.001
    assert figures.valid


def test_one_measurement_without_cpu_makes_all_three_invalid() -> None:
    assert not summed_up(measured(2.0), measured(2.0, late_ms=40.0), measured(2.0), 1).valid
