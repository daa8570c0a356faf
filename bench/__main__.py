"""Measure, and keep the tables and pictures of docs/performance.md: `make bench`.

On a machine that does nothing else. `--only` runs some of the parts: `house` our own benches,
`peers` ours and a peer in turn, `viewers` the most of one source, `scale` the cost by size. Each
part writes what it found between its marks as soon as it ends, prints a line of JSON for each run,
and the table of all targets comes last. To try it out: `--seconds 1 --budget 0 --page COPY`. Exit
status 3: a run was invalid. Exit status 1: a target was missed, or a part could not run. The page
tells which.
"""

import argparse
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import house, report, scale, viewers
from bench.comparison import Run, compared
from bench.machine import machine
from bench.promises import Row, compared_rows, promises, rows, viewers_row

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
IMAGES = "images"
"""Where the pictures are, beside the page."""
BROKEN = (OSError, RuntimeError, ExceptionGroup, subprocess.SubprocessError)
"""What breaks one part and leaves the others."""
BUDGET_S = 1200.0
"""How long all parts may take."""
KEPT_S = {"viewers": 100.0, "scale": 240.0}
"""What of it is kept for the parts after the comparison, which takes the rest."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a run of the benches is asked for."""

    page: Path
    """Whose tables are written."""
    seconds: float | None
    """How long each measurement takes; none: as long as each bench wants."""
    left_s: Callable[[str], float]
    """How long a part may take from now on, by its name."""


def of_house(asked: Asked) -> list[Row]:
    """Our own benches."""
    stood, results = machine(), house.measured(asked.seconds)
    asked.page.write_text(report.with_house(asked.page.read_text(), stood, results))
    return rows(results)


def of_peers(asked: Asked) -> list[Row]:
    """Ours and Janus in turn, up to three times; once in any case."""
    stood = machine()
    runs = list(_runs("bench.peers", *_limits(asked, "peers")))
    asked.page.write_text(report.with_peers(asked.page.read_text(), stood, runs))
    return compared_rows(compared(runs))


def of_viewers(asked: Asked) -> list[Row]:
    """The most viewers of one source."""
    stood, most = machine(), house.told("viewers", viewers.measure(asked.seconds))
    asked.page.write_text(report.with_viewers(asked.page.read_text(), stood, most))
    return [viewers_row(most)]


def of_scale(asked: Asked) -> list[Row]:
    """The cost by size, of which nothing is promised; its pictures too."""
    stood, runs = machine(), list(_runs("bench.scale", *_limits(asked, "scale")))
    asked.page.write_text(report.with_scale(asked.page.read_text(), stood, runs))
    folder = asked.page.parent / IMAGES
    folder.mkdir(exist_ok=True)
    for name, picture in scale.drawings(runs).items():
        (folder / name).write_text(picture)
    return []


PARTS: dict[str, Callable[[Asked], list[Row]]] = {
    "house": of_house,
    "peers": of_peers,
    "viewers": of_viewers,
    "scale": of_scale,
}
"""In their order."""


def _limits(asked: Asked, part: str) -> list[str]:
    budget = ["--budget", f"{asked.left_s(part):.0f}"]
    return budget if asked.seconds is None else [*budget, "--seconds", f"{asked.seconds:g}"]


def _runs(module: str, *options: str) -> Iterator[Run]:
    """What a bench in a namespace, and so a process, of its own measures; printed as it comes.

    Raises:
        RuntimeError: it could not run.
    """
    command = [sys.executable, "-m", module, "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            print(line, end="", flush=True)
            yield Run.of(line)
    if child.returncode not in (0, 3):
        raise RuntimeError(f"{module} ended with status {child.returncode}")


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--seconds", type=float, help="of each measurement, to try it out")
    parser.add_argument("--budget", type=float, default=BUDGET_S, help="seconds for all of it")
    parser.add_argument("--page", type=Path, default=PAGE, help="whose tables are written")
    return parser.parse_args()


def main() -> int:
    """Run, write, tell."""
    given = arguments()
    names = [name for name in PARTS if name in given.only]
    ends: float = time.monotonic() + given.budget

    def left_s(part: str) -> float:
        return max(0.0, ends - kept_s(names[names.index(part) + 1 :]) - time.monotonic())

    asked = Asked(page=given.page, seconds=given.seconds, left_s=left_s)
    return ended({name: PARTS[name] for name in names}, asked)


def kept_s(later: Sequence[str]) -> float:
    """How much of the time a part leaves to those after it."""
    return sum(KEPT_S.get(name, 0.0) for name in later)


def ended(parts: Mapping[str, Callable[[Asked], list[Row]]], asked: Asked) -> int:
    """Run these parts, print each target beside its figure; the exit status."""
    listed, broken = list[Row](), False
    for name, part in parts.items():
        began = time.monotonic()
        try:
            listed += part(asked)
        except BROKEN:
            traceback.print_exc()
            broken = True
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print("\n".join([*(row.line for row in listed), promises(listed)]))
    if not all(row.valid for row in listed):
        print("a run was invalid: its figures say nothing", file=sys.stderr)
        return 3
    return 0 if not broken and all(row.kept for row in listed) else 1


if __name__ == "__main__":
    sys.exit(main())
