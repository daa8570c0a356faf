"""What is to be reached in which row, and whether it was. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bench.reliability.figures import Figures

FALL: Final = "4 Mbit/s to 500 kbit/s and back"
FIREFOX: Final = ", Firefox"


@dataclass(frozen=True, kw_only=True)
class Target:
    """One promise."""

    words: str
    """What is promised, as the page says it."""
    of: Callable[[str], bool]
    """Of which rows, by their names."""
    figure: Callable[[Figures], float | None]
    """What of them counts; none if it was never seen."""
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A target beside its figure."""

    target: str
    row: str
    figure: float | None
    reached: bool


def _named(*names: str) -> Callable[[str], bool]:
    return lambda row: row in names


def _outage(row: str) -> bool:
    return row.startswith("outage") and not row.endswith(FIREFOX)


def _audio(row: str, share: float) -> Target:
    words = f"audio heard ≥ {100 * share:g} %"
    return Target(words=words, of=_named(row), figure=lambda f: f.audio_heard, least=share)


TARGETS: Final = (
    _audio("5 % loss", 0.995),
    _audio("20 % loss", 0.99),
    _audio("250 kbit/s", 0.99),
    Target(
        words="a picture: ≥ 1 frame/s",
        of=_named("250 kbit/s"),
        figure=lambda f: f.frames_per_second,
        least=1.0,
    ),
    Target(
        words="audio never gone: longest gap ≤ 1 s",
        of=_named(FALL),
        figure=lambda f: f.longest_gap_s,
        most=1.0,
    ),
    Target(
        words="video moving within 3 s: longest freeze",
        of=_named(FALL),
        figure=lambda f: f.longest_freeze_s,
        most=3.0,
    ),
    Target(words="≥ 75 % of the link used", of=_named(FALL), figure=lambda f: f.used, least=0.75),
    Target(
        words="queueing delay p95 ≤ 250 ms",
        of=_named(FALL),
        figure=lambda f: f.queue_p95_s,
        most=0.25,
    ),
    Target(
        words="back to the top layer ≤ 12 s", of=_named(FALL), figure=lambda f: f.back_s, most=12.0
    ),
    Target(words="media back ≤ 3 s", of=_outage, figure=lambda f: f.back_s, most=3.0),
    Target(
        words="in the lesson ≤ 5 s", of=_named("UDP shut"), figure=lambda f: f.joined_s, most=5.0
    ),
    _audio("5 % loss, Firefox", 0.98),
    _audio("20 % loss, Firefox", 0.92),
)


def judged(figures: Figures) -> Iterator[Judged]:
    """Each target of a row beside its figure."""
    for target in TARGETS:
        if target.of(figures.row):
            found = target.figure(figures)
            reached = found is not None and _within(target, found)
            yield Judged(target=target.words, row=figures.row, figure=found, reached=reached)


def _within(target: Target, found: float) -> bool:
    enough = target.least is None or found >= target.least
    return enough and (target.most is None or found <= target.most)
