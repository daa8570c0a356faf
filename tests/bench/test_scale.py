from dataclasses import replace

from bench.comparison import Run, SideName
from bench.scale import LESSONS, RECEIVERS, plot, rows
from tests.support.benched import FORWARDED, compared_run


def run_of(side: SideName, cost: float, rooms: int, subscribers: int) -> Run:
    """One run of so many."""
    run = compared_run("", side, cost)
    figures = replace(FORWARDED, us_per_forward=cost, rooms=rooms, subscribers=subscribers)
    return replace(run, figures=figures)


def test_a_line_goes_over_what_the_picture_counts() -> None:
    runs = [
        run_of("ours", 9.0, 3, 2),
        run_of("ours", 8.0, 10, 2),
        run_of("janus", 40.0, 3, 2),
    ]
    ours, janus = plot("lessons", runs).lines
    assert ours.points == [(3, 9.0), (10, 8.0)]
    assert janus.points == [(3, 40.0)]
    assert plot("receivers", runs[:1]).lines[0].points == [(2, 9.0)]


def test_what_did_not_hold_at_all_has_no_line() -> None:
    assert len(plot("lessons", [run_of("ours", 9.0, 3, 2)]).lines) == 1


def test_each_picture_climbs() -> None:
    loads = rows()
    assert [row.work.subscribers for row in loads["receivers"]] == list(RECEIVERS)
    assert [row.work.rooms for row in loads["lessons"]] == list(LESSONS)
