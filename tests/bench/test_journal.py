import json
import subprocess
import sys

import pytest

from bench.journal import summed_up


def test_delays_are_summed_up_in_milliseconds() -> None:
    figures = summed_up([number / 1000 for number in range(101)], 200_000)
    assert (figures.told_ms_p50, figures.told_ms_p99, figures.told_ms_max) == (50.0, 99.0, 100.0)
    assert figures.valid


def test_a_run_that_recorded_nothing_is_invalid() -> None:
    assert not summed_up([0.001], 0).valid


@pytest.mark.slow
def test_a_run_tells_how_soon_each_command_was_told_while_recording() -> None:
    command = [sys.executable, "-m", "bench.journal", "--seconds", "1", "--json"]
    run = subprocess.run(command, check=True, capture_output=True)
    figures = json.loads(run.stdout)
    assert (figures["commands"], figures["valid"]) == (20, True)
    assert 0 < figures["told_ms_p50"] <= figures["told_ms_p99"] <= figures["told_ms_max"]
