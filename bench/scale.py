"""What a forwarded packet costs, by receivers and by lessons: `python -m bench.scale`.

Ours and Janus in turn, each up to where it loses a packet, shuts somebody out, or the load
generator is short of CPU; none begins once its part of `--budget` seconds is over. Needs root
(`bench.namespace`). `--json` prints a line for each run, else the tables; `python -m bench --only
scale` writes them and two pictures into `docs`.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import get_args

from bench import janus, namespace, page
from bench.comparison import Row, Run, SideName
from bench.engine import NoCompilerError
from bench.media import Work
from bench.peers import measure
from bench.svg import Line, Plot, drawn

SECONDS = 3.0
RECEIVERS = (1, 10, 100, 300, 600, 1000)
LESSONS = (1, 10, 30, 100)
EACH = 2
"""Receivers of each lesson where lessons are counted."""
NAMES: dict[SideName, str] = {"ours": "Tongke", "janus": "Janus"}
ACROSS = {
    "receivers": "receivers of one lesson",
    "lessons": f"lessons, each of one publisher and {EACH} receivers",
}
"""What the pictures count."""
SHARES = {"receivers": 0.6, "lessons": 0.4}
"""Which part of the time is each picture's."""


def rows() -> dict[str, list[Row]]:
    """Each picture's loads, from the least to the most."""
    return {
        "receivers": [
            Row(
                name="receivers",
                title=f"1 × (1 → {count})",
                work=Work(rooms=1, subscribers=count, at_once=8),
            )
            for count in RECEIVERS
        ],
        "lessons": [
            Row(
                name="lessons",
                title=f"{count} × (1 → {EACH})",
                work=Work(rooms=count, subscribers=EACH),
            )
            for count in LESSONS
        ],
    }


def climbed(
    loads: Sequence[Row],
    run: Callable[[Row, int, SideName], Run],
    has_time: Callable[[], bool] = lambda: True,
) -> Iterator[Run]:
    """Every load, the sides in turn, until something does not hold there; that run too.

    No load begins once there is no time.
    """
    climbing: list[SideName] = list(get_args(SideName))
    for number, row in enumerate(loads):
        if not has_time():
            return
        for side in tuple(climbing):
            done = run(row, number, side)
            yield done
            if ended_by(done):
                climbing.remove(side)


def ended_by(run: Run) -> str:
    """Why a side was not asked for more after this run; empty: it held."""
    if run.figures is None:
        return "somebody did not get in"
    if not run.figures.valid:
        return "the load generator was short of CPU"
    return "packets were lost" if run.figures.loss > 0 else ""


def plot(name: str, runs: Sequence[Run]) -> Plot:
    """The picture of so many runs: those that held."""
    held = [run for run in runs if not ended_by(run)]
    sides: list[SideName] = [
        side for side in get_args(SideName) if any(run.side == side for run in held)
    ]
    return Plot(
        title="CPU for each packet forwarded to one receiver",
        across=ACROSS[name],
        upright="µs",
        lines=[
            Line(
                name=NAMES[side],
                points=[
                    (_size(run), run.figures.us_per_forward)
                    for run in held
                    if run.side == side and run.figures
                ],
            )
            for side in sides
        ],
    )


def drawings(runs: Sequence[Run]) -> dict[str, str]:
    """The pictures by the names of their files; none of what did not hold even once."""
    plots = {name: plot(name, [run for run in runs if run.row == name]) for name in ACROSS}
    return {f"cost-by-{name}.svg": drawn(one) for name, one in plots.items() if one.lines}


def written(runs: Sequence[Run]) -> str:
    """A table for each picture: the points of both sides, and what ended each."""
    return "\n\n".join(_table(name, [run for run in runs if run.row == name]) for name in ACROSS)


def _table(name: str, runs: Sequence[Run]) -> str:
    found = {(run.run, run.side): run for run in runs}
    lines = [
        [
            row.title,
            *(_cell(found.get((number, side))) for side in get_args(SideName)),
            _ratio(found, number),
        ]
        for number, row in enumerate(rows()[name])
    ]
    return page.table(
        [ACROSS[name], *(f"{NAMES[side]}, µs" for side in get_args(SideName)), "ratio"], lines
    )


def _cell(run: Run | None) -> str:
    if run is None:
        return ""
    why = ended_by(run)
    if run.figures is None:
        return why
    low = f"{run.figures.lowered:.0%} of a lower layer" if run.figures.lowered else ""
    notes = ", ".join(filter(None, (why, low)))
    return f"{run.figures.us_per_forward:.2f}" + (f" ({notes})" if notes else "")


def _ratio(found: dict[tuple[int, SideName], Run], number: int) -> str:
    both = [found.get((number, side)) for side in get_args(SideName)]
    costs = [
        one.figures.us_per_forward for one in both if one and one.figures and not ended_by(one)
    ]
    return f"**{costs[0] / costs[1]:.2f} ×**" if len(costs) == 2 and costs[1] else ""


def _size(run: Run) -> float:
    assert run.figures is not None
    return run.figures.subscribers if run.row == "receivers" else run.figures.rooms


def main() -> int:
    """Run, tell."""
    parser = argparse.ArgumentParser(prog="bench.scale", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=ACROSS, default=list(ACROSS))
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--budget", type=float, default=inf, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        janus.install()
        namespace.enter("bench.scale", sys.argv[1:])
        runs = list(_told(given))
    except (NoCompilerError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    if not given.json:
        print(written(runs))
    return 0


def _told(given: argparse.Namespace) -> Iterator[Run]:
    began = time.monotonic()

    def run(row: Row, number: int, side: SideName) -> Run:
        return measure(row, number, side, given.seconds)

    share = 0.0
    for name in given.only:
        share += SHARES[name]
        has_time = _until(began + given.budget * share)
        for done in climbed(rows()[name], run, has_time):
            if given.json:
                print(done.line(), flush=True)
            yield done


def _until(moment: float) -> Callable[[], bool]:
    return lambda: time.monotonic() <= moment


if __name__ == "__main__":
    sys.exit(main())
