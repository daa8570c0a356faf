"""Run every bench and write the tables of docs/performance.md.

`python -m bench` (`make bench`), on a machine that does nothing else. Exit status 3: a run was
invalid, the page stays as it was. Exit status 1: a target was missed; the page tells which.
"""

import asyncio
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from bench import journal, media
from bench.page import Target, ratio, replaced, table

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
SECONDS = 10.0
RUNS = ((1, 1), (1, 10), (1, 50), (20, 2))
"""Rooms, and the receivers in each."""

FORWARD = Target(figure="us_per_forward", at_most=9.0)
JOIN = Target(figure="join_ms_p50", at_most=500.0)
TOLD = Target(figure="told_ms_p99", at_most=20.0)

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


def media_tables(runs: list[media.Figures]) -> str:
    """One row for each run."""
    rows = [
        [f"{run.rooms} × (1 → {run.subscribers})", *(getattr(run, name) for name in COLUMNS)]
        for run in runs
    ]
    return table(["rooms", *(f"`{name}`" for name in COLUMNS)], rows)


def target_table(runs: list[media.Figures], told: journal.Figures) -> tuple[str, bool]:
    """What is promised, what was measured, and the ratio; whether all is kept."""
    measured = next(run for run in runs if (run.rooms, run.subscribers) == (1, 50))
    values = [
        (FORWARD, measured.us_per_forward),
        (JOIN, measured.join_ms_p50),
        (TOLD, told.told_ms_p99),
    ]
    rows = [
        [f"`{target.figure}`", f"≤ {target.at_most:g}", value, ratio(value, target)]
        for target, value in values
    ]
    kept = all(value <= target.at_most for target, value in values)
    return table(["figure", "target", "measured", "ratio"], rows), kept


def main() -> int:
    """Run, write, tell."""
    runs = []
    for rooms, subscribers in RUNS:
        print(f"{rooms} × (1 → {subscribers}) …", flush=True)
        runs.append(asyncio.run(media.measure(rooms, subscribers, SECONDS)))
        print(runs[-1], flush=True)
    print("command to event told …", flush=True)
    told = journal.measure(SECONDS, journal.PORT, journal.MEDIA_PORT)
    print(told, flush=True)
    if not (told.valid and all(run.valid for run in runs)):
        print("a run was invalid; the page stays as it was", file=sys.stderr)
        return 3
    targets, kept = target_table(runs, told)
    PAGE.write_text(written(PAGE.read_text(), targets, media_tables(runs)))
    print(targets)
    return 0 if kept else 1


def written(page: str, targets: str, figures: str) -> str:
    """The page with its tables replaced."""
    page = replaced(page, "machine", machine())
    page = replaced(page, "targets", targets)
    return replaced(page, "media", figures)


if __name__ == "__main__":
    sys.exit(main())
