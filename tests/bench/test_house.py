import os
import time
from dataclasses import replace

import pytest

from bench.house import REST_S, at_rest, media_tables
from bench.viewers import Figures as Most
from tests.support.benched import FORWARDED, VIEWED


def test_each_run_of_the_media_path_is_a_row() -> None:
    run = replace(FORWARDED, subscribers=50, us_per_forward=4.5, worker_us=4.0)
    assert "| 1 × (1 → 50) | 4.5 | 4.0 |" in media_tables([run])


def test_a_bench_begins_when_the_load_of_the_last_one_has_faded_or_after_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, began = [0.0], list[float]()
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: clock.append(clock.pop() + seconds))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)

    def measure() -> Most:
        began.append(clock[0])
        return VIEWED

    monkeypatch.setattr(os, "getloadavg", lambda: (max(0.0, 2.0 - clock[0] / 60), 0.0, 0.0))
    at_rest("viewers", measure, REST_S)
    monkeypatch.setattr(os, "getloadavg", lambda: (9.0, 9.0, 9.0))
    at_rest("viewers", measure, REST_S)
    assert began == [60.0, 60.0 + REST_S]
