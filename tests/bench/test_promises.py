from dataclasses import replace

from bench.comparison import Run, compared
from bench.promises import AGAINST, VIEWERS, Row, compared_rows
from bench.viewers import Limit
from tests.support.benched import FORWARDED, VIEWED, compared_run


def found(*runs: Run, viewers: int = VIEWERS, limit: Limit = "none") -> dict[str, Row]:
    """What is promised of so many runs, by name."""
    most = replace(VIEWED, viewers=viewers, limit=limit)
    return {row.figure: row for row in compared_rows(compared(runs), most)}


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
    assert found()["viewers.viewers"].kept
    few = found(viewers=800, limit="loss")["viewers.viewers"]
    assert (few.kept, few.target, few.ratio) == (False, "≥ 1200", "1.50")
    assert found(viewers=800, limit="generator")["viewers.viewers"].ratio == "invalid"
    assert found(viewers=0, limit="joins")["viewers.viewers"].ratio == "missed"


def test_each_promise_names_a_row_and_a_figure_that_there_are() -> None:
    for name, figure, _, against in AGAINST:
        rows = found(compared_run(name, "ours", 1.0), compared_run(name, "janus", 1.0))
        assert f"peers.{name}.{figure}" in rows
        assert (f"peers.{name}.{figure} / Janus" in rows) is (against is not None)
