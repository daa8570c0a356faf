from dataclasses import replace

from bench.comparison import ROWS, Run, compared
from bench.promises import VIEWERS, Row, compared_rows, viewers_row
from bench.viewers import Limit
from tests.support.benched import FORWARDED, VIEWED, compared_run


def found(*runs: Run) -> dict[str, Row]:
    """What is promised of so many runs, by name."""
    return {row.figure: row for row in compared_rows(compared(runs))}


def viewed(viewers: int, limit: Limit) -> Row:
    """What is promised of so many viewers."""
    return viewers_row(replace(VIEWED, viewers=viewers, limit=limit))


def test_a_figure_is_held_to_its_target_and_to_the_peer() -> None:
    rows = found(compared_run("twenty", "ours", 7.0), compared_run("twenty", "janus", 20.0))
    assert rows["peers.twenty.us_per_forward"].kept
    assert rows["peers.twenty.us_per_forward / Janus"].value == 0.35
    assert not rows["peers.twenty.us_per_forward / Janus"].kept


def test_what_may_not_be_lost_is_kept_or_missed() -> None:
    city = compared_run("city", "ours", 7.0)
    lossy = replace(city, figures=replace(FORWARDED, loss=0.001))
    assert found(city)["peers.city.loss"].ratio == "kept"
    assert found(lossy)["peers.city.loss"].ratio == "missed"
    assert not found(lossy)["peers.city.loss"].kept


def test_fewer_viewers_than_promised_are_a_miss_unless_the_generator_gave_up() -> None:
    assert viewed(VIEWERS, "none").kept
    few = viewed(800, "loss")
    assert (few.kept, few.target, few.ratio) == (False, "≥ 1200", "1.50")
    assert viewed(800, "generator").ratio == "invalid"
    assert viewed(0, "joins").ratio == "missed"


def test_every_row_promises_something_and_against_a_peer_where_one_is_measured() -> None:
    for row in ROWS:
        rows = found(compared_run(row.name, "ours", 1.0), compared_run(row.name, "janus", 1.0))
        for target in row.targets:
            label = f"peers.{row.name}.{target.figure}"
            assert rows[label].target == f"≤ {target.at_most:g}"
            assert (f"{label} / Janus" in rows) is ("janus" in row.sides)
        assert row.targets
