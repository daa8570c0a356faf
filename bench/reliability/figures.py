"""One row's figures, made from all that was noted. Pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench.reliability.readings import Reading, used, wait_p95
from bench.reliability.rows import Link, Row
from bench.reliability.seen import (
    Seen,
    frames_per_second,
    heard_share,
    longest,
    longest_gap,
    moving,
    tone_share,
    top_again,
    usual_amplitude,
    usual_height,
)


@dataclass(frozen=True, kw_only=True)
class Times:
    """When what happened, by one clock."""

    usual: tuple[float, float]
    """The end of the warm time, on a free line."""
    measured: tuple[float, float]
    """What the columns are about."""
    lifted: float
    """From when the line was free again, or carried again."""
    end: float
    """Of everything."""


@dataclass(frozen=True, kw_only=True)
class Noted:
    """All that one row left behind."""

    row: Row
    browser: str
    """Name and version."""
    times: Times
    seen: Seen
    line: Sequence[Reading]
    joined_s: float
    kept_sound: float
    kept_picture: float
    busy: float


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One row; shares of 1, seconds, frames."""

    row: str
    browser: str
    """At the weak end, with its version."""
    audio_heard: float
    """1 − (concealed − silent concealed) / received samples."""
    tone_heard: float
    """The same of the tone in the decoded sound: what of it was there."""
    longest_gap_s: float
    """Without the tone."""
    frames_per_second: float
    """Shown."""
    height: int
    """Of most frames."""
    longest_freeze_s: float
    """Between two frames shown."""
    queue_p95_s: float
    """Towards the weak school."""
    queue_up_p95_s: float
    """From it."""
    used: float
    """Of the line's rate towards the weak school; 0 where it has none."""
    back_s: float | None
    """From the line's return: after an outage until sound and picture are there, else until the
    picture has its usual size and rate; none if that was not seen."""
    joined_s: float
    """From following the link to the first frame."""
    usual_height: int
    """On the free line before."""
    usual_frames: float
    """A second, on the free line before."""
    kept_sound: float
    """Of what the weak school said while it was measured, in the recording."""
    kept_picture: float
    """Of its picture."""
    busy: float
    """Share of all cores that was used while it was measured."""

    def line(self) -> str:
        """As one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def of(line: str) -> "Figures":
        """From that line."""
        return Figures(**json.loads(line))


def figures(noted: Noted) -> Figures:
    """What the table says of a row."""
    row, times = noted.row, noted.times
    before, during = noted.seen.between(*times.usual), noted.seen.between(*times.measured)
    usual = usual_amplitude(before.pieces)
    start, end = times.measured
    link = row.falls or row.link
    rate = frames_per_second(before.frames, times.usual[1] - times.usual[0])
    shown = [one.at for one in during.frames]
    return Figures(
        row=row.name,
        browser=noted.browser,
        audio_heard=round(heard_share(during.counters), 4),
        tone_heard=round(tone_share(during.pieces, usual, end - start), 4),
        longest_gap_s=round(longest_gap(during.pieces, usual, start, end), 2),
        frames_per_second=round(frames_per_second(during.frames, end - start), 1),
        height=usual_height(during.frames),
        longest_freeze_s=round(longest(shown, start, end), 2),
        queue_p95_s=round(wait_p95([one.down for one in noted.line], link), 3),
        queue_up_p95_s=round(wait_p95([one.up for one in noted.line], link), 3),
        used=round(_used(noted, link), 3),
        back_s=_back(noted, usual, usual_height(before.frames), rate),
        joined_s=round(noted.joined_s, 1),
        usual_height=usual_height(before.frames),
        usual_frames=round(rate, 1),
        kept_sound=round(noted.kept_sound, 3),
        kept_picture=round(noted.kept_picture, 3),
        busy=round(noted.busy, 2),
    )


def _used(noted: Noted, link: Link) -> float:
    start, end = noted.times.measured
    if link.kbps is None:
        return 0.0
    return used([one.down for one in noted.line], link, end - start)


def _back(noted: Noted, amplitude: float, height: int, rate: float) -> float | None:
    since, until = noted.times.lifted, noted.times.end
    if noted.row.outage:
        found = moving(noted.seen, amplitude, since, until)
    else:
        found = top_again(noted.seen.frames, height, rate, since, until)
    return None if found is None else round(found, 1)
