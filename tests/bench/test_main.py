import os
import time
from dataclasses import replace

import pytest

from bench import beside, journal, pages, stopped
from bench.__main__ import PAGE, REST_S, at_rest, compared_page, media_tables, written
from bench.comparison import compared
from bench.promises import Results, compared_rows, promises, rows
from bench.start import Figures as Start
from tests.support.benched import (
    FILM,
    FORWARDED,
    LISTS,
    VIEWED,
    WAITS,
    compared_run,
    part,
    work,
)

RUN = replace(FORWARDED, subscribers=50, us_per_forward=4.5, worker_us=4.0)
RESULTS = Results(
    media=[RUN],
    stopped=stopped.summed_up(part(2.0), part(2.0), part(2.0), 1),
    journal=journal.summed_up([0.005] * 100, 200_000),
    pages=pages.summed_up(WAITS, 0.5),
    lists=LISTS,
    beside=beside.summed_up(part(2.0).measured, part(7.0).measured, work()),
    compose=FILM,
    start=Start(demo_start_s=4.0, load_before=0.1, valid=True),
)


def test_targets_stand_beside_what_was_measured_with_their_ratio() -> None:
    text = promises(rows(RESULTS))
    assert all(row.kept for row in rows(RESULTS))
    assert "| `media.us_per_forward` | ≤ 9 | 4.5 | 0.50 |" in text
    assert "| `journal.told_ms_p99` | ≤ 20 | 5.0 | 0.25 |" in text
    assert "| `pages.first_picture_ms_max` | ≤ 500 | 480.0 | 0.96 |" in text
    assert "| `lists.home_ms_max` | ≤ 200 | 50.0 | 0.25 |" in text
    assert "| `beside.added_ms_p99` | ≤ 10 | 5.0 | 0.50 |" in text
    assert "| `compose.ready_s` | ≤ 60 | 30.0 | 0.50 |" in text
    assert "| `start.demo_start_s` | ≤ 5 | 4.0 | 0.80 |" in text


def test_a_missed_target_is_told() -> None:
    missed = replace(RESULTS, media=[replace(RUN, us_per_forward=9.1)])
    assert [row.figure for row in rows(missed) if not row.kept] == ["media.us_per_forward"]


def test_an_invalid_run_is_called_so_and_keeps_or_misses_nothing() -> None:
    invalid = replace(RESULTS, media=[replace(RUN, us_per_forward=99.0, valid=False)])
    assert not invalid.valid
    assert "| `media.us_per_forward` | ≤ 9 | 99.0 | invalid |" in promises(rows(invalid))
    assert all(row.kept for row in rows(invalid))


def test_the_page_takes_its_tables_again_and_again() -> None:
    targets = promises(rows(RESULTS))
    once = written(PAGE.read_text(), targets, media_tables([RUN]))
    assert "| 1 × (1 → 50) | 4.5 | 4.0 |" in once
    assert written(once, targets, media_tables([RUN])) == once


def test_a_bench_begins_when_the_load_of_the_last_one_has_faded_or_after_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: clock.append(clock.pop() + seconds))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(os, "getloadavg", lambda: (max(0.0, 2.0 - clock[0] / 60), 0.0, 0.0))
    assert at_rest(lambda: clock[0]) == 60.0
    monkeypatch.setattr(os, "getloadavg", lambda: (9.0, 9.0, 9.0))
    assert at_rest(lambda: clock[0]) == 60.0 + REST_S


def test_the_page_takes_the_comparison_again_and_again() -> None:
    runs = [compared_run("one", "ours", 4.0), compared_run("one", "janus", 20.0)]
    targets = promises(compared_rows(compared(runs), VIEWED))
    once = compared_page(PAGE.read_text(), targets, runs, VIEWED)
    assert "| `peers.one.us_per_forward / Janus` | ≤ 0.25 | 0.2 | 0.80 |" in once
    assert "| **0.20 ×** |" in once
    assert compared_page(once, targets, runs, VIEWED) == once
