from bench.comparison import ROWS
from bench.peers import plan, table
from tests.support.benched import compared_run


def test_the_sides_of_a_row_run_in_turn() -> None:
    one = next(row for row in ROWS if row.name == "one")
    assert [(run, side) for _, run, side in plan([one], 2)] == [
        (0, "ours"),
        (0, "janus"),
        (1, "ours"),
        (1, "janus"),
    ]


def test_both_ciphers_are_rows_of_both_works() -> None:
    done = {(row.work.rooms, row.work.srtp) for row in ROWS if not row.work.remb}
    assert {(rooms, srtp) for rooms in (1, 20) for srtp in ("aes-128-gcm", "aes-256-gcm")} <= done


def test_the_table_names_whom_it_compares() -> None:
    text = table([compared_run("one", "ours", 5.0), compared_run("one", "janus", 20.0)])
    assert text.startswith("- ours\n- janus\n\n| work |")
    assert "| **0.25 ×** |" in text
