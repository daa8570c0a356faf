"""Our media path and Debian's Janus under the same load: `python -m bench.peers --json`.

Every row runs three times on each side, in turn, in one namespace: the same load generator, SRTP
profile, receivers and core. Fewer times if that would take longer than `--budget` seconds. `--json`
prints a line for each run as it ends; the table of medians and ratios comes last. Needs root; Janus
is installed if it is absent. Exit status 3: a row says nothing, because the load generator was
short of CPU in most of its runs, or since the sides did not forward the same.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from math import inf

from bench import janus, media, namespace
from bench.backend import ours
from bench.comparison import ROWS, RUNS, Row, Run, SideName, compared, written
from bench.engine import NoCompilerError
from bench.server import Server
from bench.sides import Side

SECONDS = 4.0


def plan(
    rows: Sequence[Row], runs: int, budget_s: float = inf, now: Callable[[], float] = time.monotonic
) -> Iterator[tuple[Row, int, SideName]]:
    """The runs in their order: all rows, of each the sides in turn, and then all rows again.

    After the first round none begins that would not end within `budget_s` if it took as long.
    """
    began = now()
    for run in range(runs):
        taken = now() - began
        if run and taken + taken / run > budget_s:
            return
        for row in rows:
            for side in row.sides:
                yield row, run, side


def measure(row: Row, run: int, side: SideName, seconds: float) -> Run:
    """One run."""
    load = os.getloadavg()[0]
    server: Side = row.work.server
    if side == "janus":
        server = janus.Janus(namespace.ADDRESS, wide=not row.work.remb)
    figures = attempt(server, row.work, seconds)
    name = _ours(server) if isinstance(server, Server) else janus.version()
    return Run(row=row.name, side=side, run=run, server=name, load=load, figures=figures)


def attempt(server: Side, work: media.Work, seconds: float) -> media.Figures | None:
    """What came of a run; none if somebody could not join."""
    try:
        return asyncio.run(media.of(server, work, seconds))
    except* (TimeoutError, ConnectionError) as errors:
        print(f"a run broke off: {errors.exceptions[0]!r}", file=sys.stderr)
    return None


def _ours(server: Server) -> str:
    return f"Tongke {version('tongke')}, {server.pump} pump, libsrtp over {ours()}"


def table(runs: Sequence[Run]) -> str:
    """What was measured, and of what."""
    names = dict.fromkeys(run.server for run in runs)
    return "\n".join([*(f"- {name}" for name in names), "", written(compared(runs))])


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.peers", description=__doc__)
    parser.add_argument("--rows", nargs="+", choices=[row.name for row in ROWS])
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--budget", type=float, default=inf, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        janus.install()
        namespace.enter("bench.peers", sys.argv[1:])
        rows = [row for row in ROWS if row.name in (given.rows or [row.name])]
        planned = plan(rows, given.runs, given.budget)
        runs = [_told(measure(*one, given.seconds), given.json) for one in planned]
    except (NoCompilerError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    print(table(runs), file=sys.stderr if given.json else sys.stdout)
    invalid = [row.row.name for row in compared(runs) if not row.valid]
    if invalid:
        print(f"these rows say nothing: {', '.join(invalid)}", file=sys.stderr)
    return 3 if invalid else 0


def _told(run: Run, whole: bool) -> Run:
    if whole:
        print(run.line(), flush=True)
    elif run.figures is not None and not run.figures.valid:
        print(f"{run.row}, {run.side}, {run.run}: the load generator was short of CPU", flush=True)
    return run


if __name__ == "__main__":
    sys.exit(main())
