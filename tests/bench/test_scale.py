from dataclasses import replace

from bench.comparison import Row, Run, SideName
from bench.scale import LESSONS, RECEIVERS, climbed, drawings, ended_by, plot, rows, written
from tests.support.benched import FORWARDED, compared_run


def run_of(side: SideName, cost: float, rooms: int, subscribers: int) -> Run:
    """One run of so many."""
    run = compared_run("lessons" if rooms > 1 else "receivers", side, cost)
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
    assert plot("receivers", [run_of("ours", 9.0, 1, 10)]).lines[0].points == [(10, 9.0)]


def lossy(run: Run) -> Run:
    assert run.figures is not None
    return replace(run, figures=replace(run.figures, loss=0.001))


def placed(run: Run) -> Run:
    """The same as the run of the load that has so many receivers."""
    assert run.figures is not None
    return replace(run, run=RECEIVERS.index(run.figures.subscribers))


def lowered(run: Run) -> Run:
    assert run.figures is not None
    return replace(run, figures=replace(run.figures, lowered=0.25))


def test_what_did_not_hold_has_no_point_and_at_all_no_line() -> None:
    held, lost = run_of("ours", 9.0, 3, 2), lossy(run_of("janus", 30.0, 3, 2))
    assert len(plot("lessons", [held, lost]).lines) == 1
    assert drawings([lost]) == {}


def test_sides_climb_in_turn_until_each_does_not_hold() -> None:
    loads, done = rows()["receivers"][:3], list[tuple[int, SideName]]()

    def run(row: Row, number: int, side: SideName) -> Run:
        done.append((number, side))
        found = run_of(side, 9.0, 1, row.work.subscribers)
        return lossy(found) if (side, number) == ("janus", 1) else found

    assert [run.side for run in climbed(loads, run)] == ["ours", "janus", "ours", "janus", "ours"]
    assert done == [(0, "ours"), (0, "janus"), (1, "ours"), (1, "janus"), (2, "ours")]


def test_no_load_begins_when_there_is_no_time_left() -> None:
    has_time = iter([True, True, False])

    def run(row: Row, _: int, side: SideName) -> Run:
        return run_of(side, 9.0, 1, row.work.subscribers)

    runs = climbed(rows()["receivers"], run, lambda: next(has_time))
    assert [(one.side, one.figures and one.figures.subscribers) for one in runs] == [
        (side, count) for count in RECEIVERS[:2] for side in ("ours", "janus")
    ]


def test_the_table_has_both_sides_their_ratio_and_what_ended_them() -> None:
    runs = [
        placed(run_of("ours", 5.0, 1, 10)),
        placed(run_of("janus", 20.0, 1, 10)),
        placed(lowered(run_of("ours", 4.0, 1, 100))),
        replace(placed(run_of("ours", 5.0, 1, 300)), figures=None),
        placed(lossy(run_of("janus", 21.0, 1, 300))),
    ]
    text = written(runs)
    assert "| 1 × (1 → 10) | 5.00 | 20.00 | **0.25 ×** |" in text
    assert "| 1 × (1 → 100) | 4.00 (25% of a lower layer) |" in text
    assert "| 1 × (1 → 300) | somebody did not get in | 21.00 (packets were lost) |  |" in text


def test_a_generator_that_was_short_of_cpu_ends_it_whatever_was_lost() -> None:
    run = lossy(run_of("ours", 9.0, 1, 10))
    assert run.figures is not None
    assert ended_by(run) == "packets were lost"
    assert "generator" in ended_by(replace(run, figures=replace(run.figures, valid=False)))


def test_each_picture_climbs() -> None:
    loads = rows()
    assert [row.work.subscribers for row in loads["receivers"]] == list(RECEIVERS)
    assert [row.work.rooms for row in loads["lessons"]] == list(LESSONS)
