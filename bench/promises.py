"""What is promised, beside what was measured: pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench import beside, compose, journal, lists, media, pages, start, stopped, viewers
from bench.comparison import Compared, Target
from bench.page import table
from recorder.phone import PIECE_S


@dataclass(frozen=True, kw_only=True)
class Results:
    """One run of every bench."""

    media: Sequence[media.Figures]
    """By rooms and receivers."""
    stopped: stopped.Figures
    """With the recorder stopped."""
    journal: journal.Figures
    """From command to event."""
    pages: pages.Figures
    """What a pupil waits for."""
    lists: lists.Figures
    """Lists of 10,000 lessons."""
    beside: beside.Figures
    """With an office at work."""
    compose: compose.Figures
    """A lesson's phone version."""
    start: start.Figures
    """The demo's second start."""

    @property
    def valid(self) -> bool:
        """Whether every run had the machine it needs."""
        once = self.stopped.valid and self.journal.valid and self.pages.valid and self.start.valid
        office = self.lists.valid and self.beside.valid and self.compose.valid
        return once and office and all(run.valid for run in self.media)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure."""

    figure: str
    """Bench and name in its output."""
    value: float
    """What was measured."""
    at_most: float | None = None
    """What is promised; none: it is told beside one that is."""
    at_least: float | None = None
    """The same from below."""
    valid: bool
    """Whether its run says anything."""

    @property
    def kept(self) -> bool:
        """Whether nothing valid speaks against the promise."""
        if not self.valid:
            return True
        low = self.at_least is None or self.value >= self.at_least
        return low and (self.at_most is None or self.value <= self.at_most)

    @property
    def target(self) -> str:
        """What is promised, in words."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return "" if self.at_most is None else f"≤ {self.at_most:g}"

    @property
    def line(self) -> str:
        """As one line of JSON: what was measured, and its target beside it."""
        told = {
            "figure": self.figure,
            "target": self.target,
            "measured": self.value,
            "ratio": self.ratio,
            "kept": self.kept,
            "valid": self.valid,
        }
        return json.dumps(told, ensure_ascii=False)

    @property
    def ratio(self) -> str:
        """How much of what is allowed is used: under 1 is kept. What may not be has no ratio."""
        if not self.valid:
            return "invalid"
        if self.at_least is not None:
            return f"{self.at_least / self.value:.2f}" if self.value else "missed"
        if self.at_most == 0:
            return "kept" if self.kept else "missed"
        return "" if self.at_most is None else f"{self.value / self.at_most:.2f}"


def rows(results: Results) -> list[Row]:
    """Every figure of which something is promised, and those that explain them."""
    full = next(run for run in results.media if (run.rooms, run.subscribers) == (1, 50))
    page, stop, told, demo = results.pages, results.stopped, results.journal, results.start
    office, film = results.beside, results.compose
    figures = (
        ("media.us_per_forward", full.us_per_forward, 9.0, full.valid),
        ("media.join_ms_p50", full.join_ms_p50, 500.0, full.valid),
        ("stopped.added_delay_ms_p99", stop.added_delay_ms_p99, None, stop.valid),
        ("stopped.stopped_delay_ms_p99", stop.stopped_delay_ms_p99, None, stop.valid),
        ("stopped.ratio", stop.ratio, 1.25, stop.valid),
        ("journal.told_ms_p99", told.told_ms_p99, 20.0, told.valid),
        ("pages.join_ms_p50", page.join_ms_p50, None, page.valid),
        ("pages.room_join_ms_p50", page.room_join_ms_p50, None, page.valid),
        ("pages.first_picture_ms_p50", page.first_picture_ms_p50, None, page.valid),
        ("pages.first_picture_ms_max", page.first_picture_ms_max, 500.0, page.valid),
        ("pages.tap_to_picture_ms_p50", page.tap_to_picture_ms_p50, None, page.valid),
        ("pages.tap_to_picture_ms_max", page.tap_to_picture_ms_max, None, page.valid),
        ("pages.rebind_ms_p50", page.rebind_ms_p50, None, page.valid),
        ("pages.rebind_ms_max", page.rebind_ms_max, 500.0, page.valid),
        ("pages.call_to_picture_ms_max", page.call_to_picture_ms_max, None, page.valid),
        *_lists(results.lists),
        ("beside.quiet_delay_ms_p99", office.quiet_delay_ms_p99, None, office.valid),
        ("beside.busy_delay_ms_p99", office.busy_delay_ms_p99, None, office.valid),
        ("beside.added_ms_p99", office.added_ms_p99, 10.0, office.valid),
        ("compose.piece_s_mean", film.piece_s_mean, None, film.valid),
        ("compose.piece_s_max", film.piece_s_max, PIECE_S, film.valid),
        ("compose.ready_s", film.ready_s, 60.0, film.valid),
        ("start.demo_start_s", demo.demo_start_s, 5.0, demo.valid),
    )
    return [
        Row(figure=figure, value=value, at_most=at_most, valid=valid)
        for figure, value, at_most, valid in figures
    ]


def _lists(found: lists.Figures) -> list[tuple[str, float, float | None, bool]]:
    return [(f"lists.{one.name}_ms_max", one.ms_max, 200.0, found.valid) for one in found.lists]


VIEWERS = 1200
"""Of one source, on one core, without loss."""


def compared_rows(compared: Sequence[Compared]) -> list[Row]:
    """Every promised figure of the comparison, and how it stands to the peer's."""
    return [row for one in compared for target in one.row.targets for row in _held(one, target)]


def _held(one: Compared, target: Target) -> Iterator[Row]:
    label = f"peers.{one.row.name}.{target.figure}"
    value = float(getattr(one.ours.figures, target.figure))
    yield Row(figure=label, value=value, at_most=target.at_most, valid=one.valid)
    if target.against is not None:
        ratio = one.ratio(target.figure)
        yield Row(figure=f"{label} / Janus", value=ratio, at_most=target.against, valid=one.valid)


def viewers_row(most: viewers.Figures) -> Row:
    """The most viewers of one source."""
    # A generator that gave up below the target is no word against the server.
    said = most.viewers >= VIEWERS or most.limit != "generator"
    return Row(figure="viewers.viewers", value=most.viewers, at_least=VIEWERS, valid=said)


def promises(listed: Sequence[Row]) -> str:
    """The table of what is promised and what was measured."""
    return table(
        ["figure", "target", "measured", "ratio"],
        [
            [
                f"`{row.figure}`",
                row.target,
                row.value,
                row.ratio,
            ]
            for row in listed
        ],
    )


def figures_line(bench: str, figures: Any) -> str:  # noqa: ANN401  # of any bench
    """What came of a bench, as one line of JSON."""
    return json.dumps({"bench": bench, **asdict(figures)}, ensure_ascii=False)
