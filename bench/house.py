"""Our own benches, one after another, as `make bench` runs them."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from bench import beside, compose, journal, lists, media, pages, start, stopped
from bench.page import table
from bench.promises import Results, figures_line

FiguresT = TypeVar("FiguresT")

SECONDS, MEDIA_S = 10.0, 5.0
"""How long each measurement takes, and each of the four of the media path."""
RUNS = tuple(
    media.Work(rooms=rooms, subscribers=subscribers)
    for rooms, subscribers in ((1, 1), (1, 10), (1, 50), (20, 2))
)
"""What is measured of the media path."""
STOPPED_S = 5.0
"""How long the recorder is stopped."""
REST_S = 180.0
"""How long at most a bench waits for the load of the one before to fade from the average."""

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


def media_tables(runs: Sequence[media.Figures]) -> str:
    """One row for each run."""
    rows = [
        [f"{run.rooms} × (1 → {run.subscribers})", *(getattr(run, name) for name in COLUMNS)]
        for run in runs
    ]
    return table(["rooms", *(f"`{name}`" for name in COLUMNS)], rows)


def measured(seconds: float | None = None) -> Results:
    """Run every bench; first those that want a machine at rest, while it still is.

    `seconds` is how long each measurement takes that may be shortened: to try them out, so that
    no rest is waited for either.
    """
    for_s, media_s = seconds or SECONDS, seconds or MEDIA_S
    rest_s = 0.0 if seconds else REST_S
    demo = at_rest("start", start.measure, rest_s)
    slow = at_rest("lists", lists.measure, rest_s)
    film = at_rest("compose", compose.measure, rest_s)
    return Results(
        media=[told("media", asyncio.run(media.measure(work, media_s))) for work in RUNS],
        stopped=told("stopped", stopped.measure(seconds or STOPPED_S)),
        journal=told("journal", journal.measure(for_s, journal.PORT, journal.MEDIA_PORT)),
        pages=told("pages", pages.measure()),
        lists=slow,
        beside=told("beside", beside.measure(for_s)),
        compose=film,
        start=demo,
    )


def at_rest(name: str, measure: Callable[[], FiguresT], rest_s: float) -> FiguresT:
    """Run a bench that is valid on a machine at rest alone, as soon as it is, and print.

    After `rest_s` it is run in any case.
    """
    ends = time.monotonic() + rest_s
    while not start.has_a_core(os.getloadavg()[0], os.cpu_count() or 1):
        if time.monotonic() >= ends:
            break
        time.sleep(1.0)
    return told(name, measure())


def told(name: str, figures: FiguresT) -> FiguresT:
    """Print what came of a bench, as a line of JSON."""
    print(figures_line(name, figures), flush=True)
    return figures
