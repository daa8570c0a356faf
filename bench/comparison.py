"""The rows of the comparison, and what its runs come to: pure."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from math import nan
from statistics import median
from typing import Any, Literal, get_args

from bench.media import Figures, Work
from bench.page import table

SideName = Literal["ours", "janus"]

RUNS = 3
"""Of each row and side."""
ALIKE = 0.1
"""How much the packets each receiver got may differ between the sides, as a share."""
DIGITS = 5
"""Of a median behind the point."""
CITY_ROOMS = 132
"""66 lessons of two."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is promised of one figure of a row."""

    figure: str
    """A name of `bench.media.Figures`."""
    at_most: float
    """Of ours."""
    against: float | None = None
    """Of ours to the peer's in the same run; none: nothing is promised."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One kind of load."""

    name: str
    """In figures and targets."""
    title: str
    """In the table."""
    work: Work
    """What is asked of a server."""
    sides: tuple[SideName, ...] = get_args(SideName)
    """Who is measured."""
    targets: tuple[Target, ...] = ()
    """What is promised of it."""

    def target(self, figure: str) -> Target | None:
        """What is promised of a figure, if anything."""
        return next((one for one in self.targets if one.figure == figure), None)


_ONE = Target(figure="us_per_forward", at_most=4.5, against=0.25)
_TWENTY = Target(figure="us_per_forward", at_most=8.0, against=0.27)
_MEMORY = Target(figure="kb_per_peer", at_most=160.0, against=0.4)

ROWS = (
    Row(
        name="one",
        title="1 × (1 → 100)",
        work=Work(rooms=1, subscribers=100),
        targets=(_ONE, _MEMORY),
    ),
    Row(
        name="one_256",
        title="1 × (1 → 100)",
        work=Work(rooms=1, subscribers=100, srtp="aes-256-gcm"),
        targets=(_ONE, _MEMORY),
    ),
    Row(
        name="twenty",
        title="20 × (1 → 2)",
        work=Work(rooms=20, subscribers=2),
        targets=(_TWENTY,),
    ),
    Row(
        name="twenty_256",
        title="20 × (1 → 2)",
        work=Work(rooms=20, subscribers=2, srtp="aes-256-gcm"),
        targets=(_TWENTY,),
    ),
    Row(
        name="python",
        title="1 × (1 → 100), our pump in pure Python, REMB and reports only",
        work=Work(rooms=1, subscribers=100, remb=True, pump="python"),
        targets=(Target(figure="us_per_forward", at_most=8.0, against=0.45),),
    ),
    Row(
        name="city",
        title="66 × 2 rooms, each publishing and watching",
        work=Work(rooms=CITY_ROOMS, subscribers=1, paired=True, at_once=8),
        sides=("ours",),
        targets=(
            Target(figure="server_cores", at_most=0.6),
            Target(figure="added_delay_ms_p50", at_most=3.0),
            Target(figure="added_delay_ms_p99", at_most=10.0),
            Target(figure="loss", at_most=0.0),
        ),
    ),
    Row(
        name="joins",
        title="20 × (1 → 2), 100 more joining in 5 s",
        work=Work(rooms=20, subscribers=2, newcomers=5),
        sides=("ours",),
        targets=(Target(figure="added_delay_ms_max", at_most=20.0),),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of one side."""

    row: str
    """Its name."""
    side: SideName
    """Who was measured."""
    run: int
    """Which of those of this row and side, from 0."""
    server: str
    """The server's version, pump and cryptography."""
    load: float
    """The machine's average load of one minute, before it."""
    figures: Figures | None
    """What came of it; none if it broke off, which the server is to blame for."""

    def line(self) -> str:
        """As one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def of(line: str) -> "Run":
        """From that line."""
        told = json.loads(line)
        return Run(**{**told, "figures": told["figures"] and Figures(**told["figures"])})


@dataclass(frozen=True, kw_only=True)
class Median:
    """All runs of one side of a row."""

    figures: Figures
    """Each figure's median over the valid runs; over all that came to an end if none is valid."""
    runs: int
    """How many runs there were."""
    broken: int
    """How many of them broke off."""
    valid: int
    """How many of them say anything."""
    load: float
    """The highest load before one of them."""

    @property
    def per_receiver(self) -> float:
        """Packets that each receiver got in a second."""
        shared = self.figures.rooms * self.figures.subscribers * self.figures.seconds
        return self.figures.forwarded / shared


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One row."""

    row: Row
    """Which."""
    ours: Median
    """Our server."""
    janus: Median | None
    """The peer, if it was measured."""

    @property
    def valid(self) -> bool:
        """Whether most runs of each side are valid, and both forwarded as much."""
        sides = [self.ours] if self.janus is None else [self.ours, self.janus]
        if any(2 * side.valid <= side.runs for side in sides):
            return False
        most = max(side.per_receiver for side in sides)
        return most - min(side.per_receiver for side in sides) <= ALIKE * most

    def ratio(self, figure: str) -> float:
        """Ours to the peer's; under 1 is better. 0 without a peer."""
        if self.janus is None:
            return 0.0
        theirs = float(getattr(self.janus.figures, figure))
        return round(float(getattr(self.ours.figures, figure)) / theirs, 3) if theirs else 0.0


def compared(runs: Sequence[Run]) -> list[Compared]:
    """Every row of which ours was run."""
    return [
        Compared(
            row=row,
            ours=_median(ours),
            janus=_median(theirs) if (theirs := _of(runs, row, "janus")) else None,
        )
        for row in ROWS
        if (ours := _of(runs, row, "ours"))
    ]


def _of(runs: Sequence[Run], row: Row, side: SideName) -> list[Run]:
    return [run for run in runs if (run.row, run.side) == (row.name, side)]


def _median(runs: Sequence[Run]) -> Median:
    ended = [run.figures for run in runs if run.figures is not None]
    valid = [one for one in ended if one.valid]
    return Median(
        figures=middle(valid or ended),
        runs=len(runs),
        broken=len(runs) - len(ended),
        valid=len(valid),
        load=max(run.load for run in runs),
    )


def middle(figures: Sequence[Figures]) -> Figures:
    """The median of each figure by itself; no numbers of no runs."""
    names = [field.name for field in fields(Figures) if field.name != "valid"]
    values: dict[str, Any] = {
        name: round(median([getattr(one, name) for one in figures] or [nan]), DIGITS)
        for name in names
    }
    return Figures(**values, valid=all(one.valid for one in figures))


_HEAD = (
    "work",
    "SRTP",
    "side",
    "µs per forward",
    "delay p50, p99, worst (ms)",
    "loss, of a lower layer",
    "KB per peer",
    "join p50, p99 (ms)",
    "cores",
    "feedback per receiver and second",
    "valid runs",
    "load before, others' cores",
)


def written(rows: Iterable[Compared]) -> str:
    """One table: a line for each side of each row, and one with their ratios.

    What is promised stands beside what was measured, in brackets.
    """
    lines: list[list[object]] = []
    for one in rows:
        lines.append(_line(one.row, "ours", one.ours, one.row.targets))
        if one.janus is not None:
            lines += [_line(one.row, "Janus", one.janus), _ratios(one)]
    return table(_HEAD, lines)


def _line(row: Row, side: str, one: Median, targets: Sequence[Target] = ()) -> list[object]:
    was, promised = one.figures, {target.figure: target.at_most for target in targets}

    def said(figure: str, digits: int) -> str:
        value = f"{getattr(was, figure):.{digits}f}"
        return f"{value} (≤ {promised[figure]:g})" if figure in promised else value

    each = was.wide_feedbacks / was.seconds / was.rooms / was.subscribers
    return [
        row.title,
        row.work.srtp.upper(),
        side,
        said("us_per_forward", 2),
        ", ".join(said(f"added_delay_ms_{name}", 1) for name in ("p50", "p99", "max")),
        f"{said('loss', DIGITS)}, {was.lowered:.3f}",
        said("kb_per_peer", 0),
        ", ".join(said(f"join_ms_{name}", 0) for name in ("p50", "p99")),
        said("server_cores", 3),
        f"{each:.1f}",
        f"{one.valid} of {one.runs}" + (f", {one.broken} broke off" if one.broken else ""),
        f"{one.load:.2f}, {was.other_cores:.2f}",
    ]


def _ratios(one: Compared) -> list[object]:
    cost, memory, join = (
        _ratio(one, name) for name in ("us_per_forward", "kb_per_peer", "join_ms_p50")
    )
    said = "" if one.valid else "invalid"
    return ["", "", "ratio", cost, "", "", memory, join, "", "", said, ""]


def _ratio(one: Compared, figure: str) -> str:
    target = one.row.target(figure)
    said = f"**{one.ratio(figure):.2f} ×**"
    if target is None or target.against is None:
        return said
    return f"{said} (≤ {target.against:g})"
