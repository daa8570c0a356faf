"""What a forwarded packet costs, by receivers and by lessons: `python -m bench.scale`.

Writes two pictures into `docs/images`. Ours and Janus, each up to where it loses a packet or the
load generator is short of CPU. Needs root (`bench.namespace`). `--json` prints a line for each run.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from bench import janus, namespace
from bench.comparison import Row, Run, SideName
from bench.engine import NoCompilerError
from bench.media import Figures, Work
from bench.peers import measure
from bench.svg import Line, Plot, drawn

PICTURES = Path(__file__).parents[1] / "docs" / "images"
SECONDS = 4.0
RECEIVERS = (1, 3, 10, 30, 100, 300, 1000)
LESSONS = (1, 3, 10, 30, 100)
EACH = 2
"""Receivers of each lesson where lessons are counted."""
NAMES: dict[SideName, str] = {"ours": "Tongke", "janus": "Janus"}


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


def climbed(loads: Sequence[Row], side: SideName, *, told: bool) -> list[Run]:
    """Measure until something does not hold; only what held."""
    held: list[Run] = []
    for number, row in enumerate(loads):
        run = measure(row, number, side, SECONDS)
        if told:
            print(run.line(), flush=True)
        if run.figures is None or run.figures.loss > 0 or not run.figures.valid:
            print(f"{row.title}, {side}: ends here", file=sys.stderr)
            return held
        held.append(run)
    return held


def plot(name: str, runs: Sequence[Run]) -> Plot:
    """The picture of so many runs."""
    sides: list[SideName] = [
        side for side in get_args(SideName) if any(run.side == side for run in runs)
    ]
    return Plot(
        title="CPU for each packet forwarded to one receiver",
        across={
            "receivers": "receivers of one lesson",
            "lessons": f"lessons, each of one publisher and {EACH} receivers",
        }[name],
        upright="µs",
        lines=[
            Line(
                name=NAMES[side],
                points=[
                    _point(name, run.figures) for run in runs if run.side == side and run.figures
                ],
            )
            for side in sides
        ],
    )


def _point(name: str, figures: Figures) -> tuple[float, float]:
    counted = figures.subscribers if name == "receivers" else figures.rooms
    return counted, figures.us_per_forward


def main() -> int:
    """Run, draw."""
    parser = argparse.ArgumentParser(prog="bench.scale", description=__doc__)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        janus.install()
        namespace.enter("bench.scale", sys.argv[1:])
        for name, loads in rows().items():
            runs = [run for side in NAMES for run in climbed(loads, side, told=given.json)]
            (PICTURES / f"cost-by-{name}.svg").write_text(drawn(plot(name, runs)))
    except (NoCompilerError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"load {os.getloadavg()[0]:.2f}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
