"""A plot as SVG: lines over a logarithmic axis, for light and dark pages alike. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, log10

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 120, 36, 48
"""Margins; the right one has the names of the lines."""
COLOURS = ("#2f7ed8", "#d8632f", "#3a9a4b")
STEPS = 5
"""Of the upright axis, at most."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line."""

    name: str
    """Beside its end."""
    points: Sequence[tuple[float, float]]
    """From left to right, their first numbers over 0."""


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Lines and what their axes mean."""

    title: str
    """Above it."""
    across: str
    """What the logarithmic axis counts, from 1."""
    upright: str
    """What the other one measures, from 0."""
    lines: Sequence[Line]
    """In the order of their colours."""


def step(top: float) -> float:
    """The distance of the grid's lines up to `top`: 1, 2 or 5 times a power of ten."""
    least = top / STEPS
    power: float = 10.0 ** int(log10(least) // 1)
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least)


def drawn(plot: Plot) -> str:
    """The picture."""
    points = [point for line in plot.lines for point in line.points]
    grid = step(max(up for _, up in points))
    frame = _Frame(
        decades=max(1, ceil(log10(max(across for across, _ in points)) - 1e-9)),
        top=grid * ceil(max(up for _, up in points) / grid),
    )
    body = [
        _text(LEFT, 20, plot.title, "start", weight="bold"),
        *_across(frame),
        *_upright(frame, grid),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, plot.across, "middle"),
        _text(LEFT, TOP - 4, plot.upright, "start", size=11),
    ]
    for colour, line in zip(COLOURS, plot.lines, strict=False):
        body += _line(frame, line, colour)
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">'
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    return "\n".join([head, ground, *body, "</svg>"]) + "\n"


@dataclass(frozen=True, kw_only=True)
class _Frame:
    decades: int
    top: float

    def at(self, across: float, up: float) -> tuple[float, float]:
        wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + wide * log10(across) / self.decades, HEIGHT - BOTTOM - high * up / self.top


def _text(
    x: float, y: float, said: str, anchor: str, *, size: int = 13, weight: str = "normal"
) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
    return f'<text {place} font-weight="{weight}" fill="#333333">{escape(said)}</text>'


def _rule(begin: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = begin, end
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="#dddddd"/>'


def _across(frame: _Frame) -> list[str]:
    marks = []
    for decade in range(frame.decades + 1):
        x, y = frame.at(10**decade, 0)
        marks += [_rule((x, y), (x, TOP)), _text(x, y + 16, f"{10**decade:,}", "middle", size=11)]
    return marks


def _upright(frame: _Frame, grid: float) -> list[str]:
    marks = []
    for number in range(round(frame.top / grid) + 1):
        x, y = frame.at(1, number * grid)
        marks += [
            _rule((x, y), (WIDTH - RIGHT, y)),
            _text(x - 6, y + 4, f"{number * grid:g}", "end", size=11),
        ]
    return marks


def _line(frame: _Frame, line: Line, colour: str) -> list[str]:
    places = [frame.at(*point) for point in line.points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
    x, y = places[-1]
    name = _text(x + 8, y + 4, line.name, "start", size=12).replace("#333333", colour)
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *dots,
        name,
    ]
