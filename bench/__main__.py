"""Run every bench and write the tables of docs/performance.md.

`python -m bench` (`make bench`), on a machine that does nothing else; `--only peers` compares with
a peer, `--only house` runs our own benches. Exit status 3: a run was invalid. Exit status 1: a
target was missed. The page tells which.
"""

import argparse
import asyncio
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import psutil

from bench import beside, compose, journal, lists, media, pages, peers, start, stopped, viewers
from bench.comparison import Run, compared
from bench.page import replaced, table
from bench.promises import Results, Row, compared_rows, promises, rows

FiguresT = TypeVar("FiguresT")

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
SECONDS = 10.0
RUNS = tuple(
    media.Work(rooms=rooms, subscribers=subscribers)
    for rooms, subscribers in ((1, 1), (1, 10), (1, 50), (20, 2))
)
"""What is measured of the media path."""

STOPPED_S = 5.0
"""How long the recorder is stopped."""
REST_S = 180.0
"""How long at most a bench waits for the load of the one before to fade from the average."""

BUDGET_S, CLIMB_S = 1200.0, 100.0
"""How long all benches may take, and what of it is kept for the most viewers, which come last."""

COLUMNS = (
    "us_per_forward",
    "worker_us",
    "recorder_us",
    "loss",
    "added_delay_ms_p50",
    "added_delay_ms_p99",
    "join_ms_p50",
    "kb_per_peer",
    "server_cores",
    "other_cores",
    "valid",
)


def machine() -> str:
    """What it ran on, in one line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    gigabytes = psutil.virtual_memory().total / 2**30
    return (
        f"{len(models)} × {models[0] if models else platform.machine()}, {gigabytes:.0f} GB, "
        f"Linux {platform.release()}, Python {platform.python_version()}, "
        f"aiortc {version('aiortc')}, {datetime.now(UTC):%d %B %Y}."
    )


def media_tables(runs: Sequence[media.Figures]) -> str:
    """One row for each run."""
    rows = [
        [f"{run.rooms} × (1 → {run.subscribers})", *(getattr(run, name) for name in COLUMNS)]
        for run in runs
    ]
    return table(["rooms", *(f"`{name}`" for name in COLUMNS)], rows)


def measured() -> Results:
    """Run every bench; the demo first, while the machine is still at rest."""
    demo = at_rest(start.measure)
    runs = [told(asyncio.run(media.measure(work, SECONDS))) for work in RUNS]
    return Results(
        media=runs,
        stopped=told(stopped.measure(STOPPED_S)),
        journal=told(journal.measure(SECONDS, journal.PORT, journal.MEDIA_PORT)),
        pages=told(pages.measure()),
        lists=at_rest(lists.measure),
        beside=told(beside.measure(SECONDS)),
        compose=at_rest(compose.measure),
        start=demo,
    )


def at_rest(measure: Callable[[], FiguresT]) -> FiguresT:
    """Run a bench that is valid on a machine at rest alone, as soon as it is, and print."""
    ends = time.monotonic() + REST_S
    while not start.has_a_core(os.getloadavg()[0], os.cpu_count() or 1):
        if time.monotonic() >= ends:
            break
        time.sleep(1.0)
    return told(measure())


def told(figures: FiguresT) -> FiguresT:
    """Print what came of a bench."""
    print(figures, flush=True)
    return figures


def main() -> int:
    """Run, write, tell."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", choices=("house", "peers"))
    only, ends = parser.parse_args().only, time.monotonic() + BUDGET_S
    listed = house() if only != "peers" else []
    if only != "house":
        listed += beside_peers(ends - time.monotonic() - CLIMB_S)
    print(promises(listed))
    if not all(row.valid for row in listed):
        print("a run was invalid: its figures say nothing", file=sys.stderr)
        return 3
    return 0 if all(row.kept for row in listed) else 1


def house() -> list[Row]:
    """Our own benches, into their tables."""
    results = measured()
    listed = rows(results)
    PAGE.write_text(written(PAGE.read_text(), promises(listed), media_tables(results.media)))
    return listed


def beside_peers(budget_s: float) -> list[Row]:
    """Ours and Janus in turn, and the most viewers, into their tables.

    `budget_s` is for the comparison, which runs up to three times, and once in any case. It has a
    namespace of its own, so it is a process of its own.
    """
    command = [sys.executable, "-m", "bench.peers", "--json", "--budget", f"{budget_s:.0f}"]
    lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout
    print(lines, end="", flush=True)
    runs = [Run.of(line) for line in lines.splitlines()]
    most = told(viewers.measure())
    listed = compared_rows(compared(runs), most)
    PAGE.write_text(compared_page(PAGE.read_text(), promises(listed), runs, most))
    return listed


def compared_page(page: str, targets: str, runs: Sequence[Run], most: viewers.Figures) -> str:
    """The page with the comparison's tables replaced."""
    page = replaced(page, "peers-machine", machine())
    page = replaced(page, "peers-targets", targets)
    page = replaced(page, "peers", peers.table(runs))
    return replaced(page, "viewers", viewers.written(most))


def written(page: str, targets: str, figures: str) -> str:
    """The page with its tables replaced."""
    page = replaced(page, "machine", machine())
    page = replaced(page, "targets", targets)
    return replaced(page, "media", figures)


if __name__ == "__main__":
    sys.exit(main())
