import pytest

from bench.start import has_a_core


@pytest.mark.parametrize(("load", "cores", "enough"), [(0.4, 2, True), (1.2, 2, False)])
def test_a_busy_machine_makes_a_start_invalid(load: float, cores: int, enough: bool) -> None:
    assert has_a_core(load, cores) is enough
