from dataclasses import replace

from bench.__main__ import PAGE, media_tables, target_table, written
from bench.journal import summed_up
from bench.media import Figures

RUN = Figures(
    rooms=1,
    subscribers=50,
    seconds=10.0,
    us_per_forward=4.5,
    worker_us=4.0,
    recorder_us=0.5,
    loss=0.0,
    added_delay_ms_p50=1.0,
    added_delay_ms_p99=2.0,
    join_ms_p50=250.0,
    kb_per_peer=150.0,
    server_cores=0.1,
    forwarded=100_000,
    recorded=2_000_000,
    generator_cores=0.1,
    generator_late_ms=4.0,
    other_cores=0.0,
    valid=True,
)
TOLD = summed_up([0.005] * 100, 200_000)


def test_targets_stand_beside_what_was_measured_with_their_ratio() -> None:
    text, kept = target_table([RUN], TOLD)
    assert kept
    assert "| `us_per_forward` | ≤ 9 | 4.5 | 0.50 |" in text
    assert "| `told_ms_p99` | ≤ 20 | 5.0 | 0.25 |" in text


def test_a_missed_target_is_told() -> None:
    assert not target_table([replace(RUN, us_per_forward=9.1)], TOLD)[1]


def test_the_page_takes_its_tables_again_and_again() -> None:
    targets, _ = target_table([RUN], TOLD)
    once = written(PAGE.read_text(), targets, media_tables([RUN]))
    assert "| 1 × (1 → 50) | 4.5 | 4.0 |" in once
    assert written(once, targets, media_tables([RUN])) == once
