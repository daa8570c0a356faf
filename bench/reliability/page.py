"""The page of the table: each row as it was measured last, each target beside its figure. Pure.

The rows stand in the page itself, as JSON in comments, so that a run of some rows keeps the
others.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from bench.page import replaced, table
from bench.reliability.figures import Figures
from bench.reliability.rows import rows
from bench.reliability.targets import Judged, judged

HEAD: Final = (
    "line",
    "audio heard %",
    "tone decoded %",
    "longest audio gap s",
    "frames/s",
    "height",
    "longest freeze s",
    "queueing p95 ms",
    "line used %",
    "back to normal s",
    "recording kept: sound %, picture %",
    "machine busy %",
)
KEPT: Final = "<!-- figures "
BUSY: Final = 0.9
"""Share of all cores from which the machine was short of CPU, and a row is worth little."""


def known(page: str) -> list[Figures]:
    """The rows that the page already has."""
    lines = [line for line in page.splitlines() if line.startswith(KEPT)]
    return [Figures.of(line.removeprefix(KEPT).removesuffix(" -->")) for line in lines]


def written(page: str, fresh: Sequence[Figures], machine: str) -> str:
    """The page with these rows put in place of those of the same names."""
    by_name = {one.row: one for one in (*known(page), *fresh)}
    listed = [by_name[row.name] for row in rows() if row.name in by_name]
    kept = "\n".join(f"{KEPT}{json.dumps(asdict(one), ensure_ascii=False)} -->" for one in listed)
    browsers = ", ".join(sorted({one.browser for one in listed}))
    page = replaced(page, "machine", f"{machine} {browsers}.")
    page = replaced(page, "rows", f"{table(HEAD, [_cells(one) for one in listed])}\n\n{kept}")
    return replaced(page, "targets", _targets([each for one in listed for each in judged(one)]))


def _cells(one: Figures) -> list[str]:
    return [
        one.row,
        _percent(one.audio_heard),
        _percent(one.tone_heard),
        f"{one.longest_gap_s:.2f}",
        f"{one.frames_per_second:.1f} of {one.usual_frames:.0f}",
        f"{one.height} of {one.usual_height}",
        f"{one.longest_freeze_s:.2f}",
        f"{1000 * one.queue_p95_s:.0f} down, {1000 * one.queue_up_p95_s:.0f} up",
        f"{100 * one.used:.0f}" if one.used else "",
        "not seen" if one.back_s is None else f"{one.back_s:.1f}",
        f"{_percent(one.kept_sound)}, {_percent(one.kept_picture)}",
        f"{100 * one.busy:.0f}{', too busy' if one.busy > BUSY else ''}",
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _targets(listed: Sequence[Judged]) -> str:
    return table(
        ["row", "target", "measured", "reached"],
        [
            [one.row, one.target, _measured(one), "yes" if one.reached else "**no**"]
            for one in listed
        ],
    )


def _measured(one: Judged) -> str:
    return "not seen" if one.figure is None else f"{one.figure:g}"
