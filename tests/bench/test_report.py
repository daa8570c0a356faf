import re
from dataclasses import replace

from bench import beside, journal, pages, stopped
from bench.__main__ import PAGE
from bench.promises import Results, promises, rows
from bench.report import with_house, with_peers, with_scale, with_viewers
from bench.start import Figures as Start
from tests.support.benched import FILM, FORWARDED, LISTS, VIEWED, WAITS, compared_run, part, work

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
MACHINE = "eight cores of a test"
COMPARED = [compared_run("one", "ours", 4.0), compared_run("one", "janus", 20.0)]


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


def test_the_page_takes_all_its_tables_again_and_again() -> None:
    def filled(page: str) -> str:
        page = with_house(page, MACHINE, RESULTS)
        page = with_peers(page, MACHINE, COMPARED)
        page = with_viewers(page, MACHINE, VIEWED)
        return with_scale(page, MACHINE, [compared_run("receivers", "ours", 4.0)])

    once = filled(PAGE.read_text())
    assert once.count(MACHINE) == 4
    assert "| 1 × (1 → 50) | 4.5 | 4.0 |" in once
    assert "| **0.20 ×** (≤ 0.25) |" in once
    assert "1,200 viewers lost nothing" in once
    assert filled(once) == once


def test_each_part_keeps_to_its_own_marks() -> None:
    page, own = PAGE.read_text(), r"<!-- (viewers\S*) -->.*?<!-- /\1 -->"
    after = with_viewers(page, MACHINE, VIEWED)
    assert after != page
    assert re.sub(own, "", after, flags=re.DOTALL) == re.sub(own, "", page, flags=re.DOTALL)
