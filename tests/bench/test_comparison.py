from dataclasses import replace

import pytest

from bench.comparison import Run, compared, written
from tests.support.benched import compared_run


def both(*ours: float, janus: float = 20.0) -> list[Run]:
    """Runs of one row, ours so dear and the peer's always the same."""
    runs = [compared_run("one", "ours", cost) for cost in ours]
    return runs + [compared_run("one", "janus", janus) for _ in ours]


def test_the_median_of_three_runs_is_compared() -> None:
    (row,) = compared(both(9.0, 4.0, 5.0))
    assert row.ours.figures.us_per_forward == 5.0
    assert row.ratio("us_per_forward") == 0.25
    assert row.valid


def test_an_invalid_run_does_not_count_and_two_of_them_make_a_row_invalid() -> None:
    bad = compared_run("one", "ours", 99.0, valid=False)
    (row,) = compared([*both(4.0, 6.0), bad])
    assert (row.ours.figures.us_per_forward, row.ours.valid, row.ours.runs) == (5.0, 2, 3)
    assert row.valid
    (row,) = compared([*both(4.0), bad, bad])
    assert not row.valid
    assert "| invalid |" in written([row])


@pytest.mark.parametrize(("forwarded", "valid"), [(95_000, True), (40_000, False)])
def test_sides_that_forward_something_else_are_not_compared(forwarded: int, valid: bool) -> None:
    other = compared_run("one", "janus", 20.0, forwarded=forwarded)
    (row,) = compared([compared_run("one", "ours", 5.0), other])
    assert row.valid is valid


def test_a_row_of_ours_alone_has_no_ratio() -> None:
    (row,) = compared([compared_run("city", "ours", 5.0)])
    assert row.janus is None
    assert row.valid
    assert row.ratio("us_per_forward") == 0
    assert "ratio" not in written([row])


def test_a_run_reads_its_own_line() -> None:
    run = compared_run("twenty", "janus", 3.5)
    assert Run.of(run.line()) == run


def test_a_run_that_broke_off_is_told_and_counts_against_its_side() -> None:
    broken = replace(compared_run("one", "ours", 4.0), figures=None)
    assert Run.of(broken.line()) == broken
    (row,) = compared([*both(4.0, 6.0), broken])
    assert (row.ours.figures.us_per_forward, row.valid) == (5.0, True)
    assert "| 2 of 3, 1 broke off |" in written([row])
    (row,) = compared([*both(4.0), broken, broken])
    assert not row.valid
    (row,) = compared([broken, broken])
    assert not row.valid
    assert "| 0 of 2, 2 broke off |" in written([row])


def test_what_is_promised_stands_beside_what_was_measured() -> None:
    text = written(compared(both(4.0)))
    assert "| 4.00 (≤ 4.5) |" in text
    assert "| 20.00 |" in text
    assert "| **0.20 ×** (≤ 0.25) |" in text
    assert "(≤ 10)" in written(compared([compared_run("city", "ours", 4.0)]))
