from math import inf

import pytest

from bench.comparison import ROWS
from bench.peers import plan, table
from tests.support.benched import compared_run


def test_the_sides_of_a_row_run_in_turn_and_so_do_the_rows() -> None:
    rows = [row for row in ROWS if row.name in ("one", "city")]
    assert [(row.name, run, side) for row, run, side in plan(rows, 2)] == [
        ("one", 0, "ours"),
        ("one", 0, "janus"),
        ("city", 0, "ours"),
        ("one", 1, "ours"),
        ("one", 1, "janus"),
        ("city", 1, "ours"),
    ]


@pytest.mark.parametrize(("budget_s", "rounds"), [(10.0, 1), (45.0, 2), (61.0, 3), (inf, 3)])
def test_a_round_begins_only_if_it_ends_in_time(budget_s: float, rounds: int) -> None:
    clock, one = [0.0], next(row for row in ROWS if row.name == "one")
    begun = 0
    for _, run, _ in plan([one], 3, budget_s, lambda: clock[0]):
        clock[0] += 10.0
        begun = run + 1
    assert begun == rounds


def test_both_ciphers_are_rows_of_both_works() -> None:
    done = {(row.work.rooms, row.work.srtp) for row in ROWS if not row.work.remb}
    assert {(rooms, srtp) for rooms in (1, 20) for srtp in ("aes-128-gcm", "aes-256-gcm")} <= done


def test_the_table_names_whom_it_compares() -> None:
    text = table([compared_run("one", "ours", 5.0), compared_run("one", "janus", 20.0)])
    assert text.startswith("- ours\n- janus\n\n| work |")
    assert "| **0.25 ×** (≤ 0.25) |" in text
