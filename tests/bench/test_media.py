import json
import subprocess
import sys

import pytest

from bench.media import GENERATOR_CORES, GENERATOR_LATE_MS, has_enough_cpu


@pytest.mark.parametrize(
    ("cores", "late_ms", "enough"),
    [
        (0.1, 5.0, True),
        (GENERATOR_CORES, 5.0, False),
        (0.1, GENERATOR_LATE_MS, False),
    ],
)
def test_a_generator_that_is_short_of_cpu_makes_the_run_invalid(
    cores: float, late_ms: float, enough: bool
) -> None:
    assert has_enough_cpu(cores, late_ms) is enough


@pytest.mark.slow
@pytest.mark.alone
def test_fifty_receivers_get_everything_soon_while_it_is_recorded() -> None:
    command = [sys.executable, "-m", "bench.media", "--subscribers", "50", "--seconds", "10"]
    promised = {"us_per_forward", "loss", "kb_per_peer", "server_cores"}
    promised |= {f"{name}_ms_{part}" for name in ("added_delay", "join") for part in ("p50", "p99")}
    run = subprocess.run([*command, "--json"], check=True, capture_output=True)
    figures = json.loads(run.stdout)
    assert promised <= set(figures)
    assert figures["valid"]
    assert figures["loss"] == 0
    assert figures["join_ms_p50"] <= 500
    assert figures["added_delay_ms_p50"] <= 10
    assert figures["recorded"] > 1_000_000
