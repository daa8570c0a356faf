"""What the weak school saw and heard, from what its page noted. Pure.

Times are seconds of one clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from statistics import median
from typing import NamedTuple

from bench.reliability.clocks import Clocks

LOUD = 0.5
"""Share of the usual amplitude from which a piece of the tone counts as heard."""
PIECE_S = 0.01
"""Length of such a piece, by the clock of the page's sound."""
MOVING_S = 1.0
"""Time in which a picture that moves shows several frames, and a sound most of its pieces."""
MOVING_FRAMES = 3
SOUNDING = 0.9
EVEN = 1e-6
"""Sums of as many parts differ by less."""
FULL = 0.9
"""Share of the usual frames that is as good as all of them."""


class Counters(NamedTuple):
    """The browser's sums over all that arrived (W3C webrtc-stats)."""

    at: float
    received: int
    """`totalSamplesReceived`, of sound."""
    concealed: int
    """`concealedSamples`: made up, because they did not come in time."""
    silent: int
    """`silentConcealedSamples`: of these, those that are silence."""
    decoded: int
    """`framesDecoded`."""
    octets: int
    """`bytesReceived`."""


class Frame(NamedTuple):
    """One frame that was shown."""

    at: float
    height: int
    """In pixels."""


class Piece(NamedTuple):
    """10 ms of sound, by its own clock."""

    at: float
    amplitude: float
    """Of the tone in it."""
    lasts: float = PIECE_S
    """By the wall clock."""


@dataclass
class Seen:
    """Everything noted, in order of time."""

    counters: list[Counters] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    clocks: Clocks = field(default_factory=Clocks)
    """Of the page's sound."""

    def between(self, start: float, end: float) -> "Seen":
        """What was noted in a time; counters that enclose it as closely as they can."""
        return Seen(
            [one for one in self.counters if start <= one.at < end],
            [one for one in self.frames if start <= one.at < end],
            [one for one in self.pieces if start <= one.at < end],
            self.clocks,
        )


def piece(clocks: Clocks, sound: float, amplitude: float) -> Piece:
    """One that the page noted by the sound's clock, by the wall clock."""
    at = clocks.wall(sound)
    return Piece(at, amplitude, clocks.wall(sound + PIECE_S) - at)


def heard_share(counters: Sequence[Counters]) -> float:
    """1 − (concealed − silent concealed) / received, over these."""
    if len(counters) < 2 or counters[-1].received == counters[0].received:
        return 0.0
    first, last = counters[0], counters[-1]
    made_up = (last.concealed - first.concealed) - (last.silent - first.silent)
    return 1.0 - made_up / (last.received - first.received)


def usual_amplitude(pieces: Iterable[Piece]) -> float:
    """Of the tone where it is undisturbed."""
    amplitudes = [one.amplitude for one in pieces]
    return median(amplitudes) if amplitudes else 0.0


def tone_share(pieces: Sequence[Piece], usual: float, seconds: float) -> float:
    """Share of a time in which the tone was really heard."""
    return min(1.0, sum(one.lasts for one in pieces if _loud(one, usual)) / seconds)


def _loud(piece: Piece, usual: float) -> bool:
    return usual > 0.0 and piece.amplitude >= LOUD * usual


def longest(times: Sequence[float], start: float, end: float) -> float:
    """The longest stretch of a time without any of these."""
    inside = [at for at in times if start <= at < end]
    return max(after - before for before, after in pairwise([start, *inside, end]))


def longest_gap(pieces: Sequence[Piece], usual: float, start: float, end: float) -> float:
    """The longest stretch without the tone; two pieces without it are none yet."""
    loud = [one for one in pieces if start <= one.at < end and _loud(one, usual)]
    begins, ends = [one.at for one in loud], [one.at + one.lasts for one in loud]
    found = max(
        after - before for before, after in zip([start, *ends], [*begins, end], strict=True)
    )
    return found if found > 2 * PIECE_S else 0.0


def frames_per_second(frames: Sequence[Frame], seconds: float) -> float:
    """Frames shown, on the mean."""
    return len(frames) / seconds


def usual_height(frames: Sequence[Frame]) -> int:
    """Height of most frames; 0 without any."""
    return int(median(one.height for one in frames)) if frames else 0


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed; 0 without any."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


def moving(seen: Seen, usual: float, since: float, until: float) -> float | None:
    """Seconds from `since` until sound and picture are back for a second; none if never."""
    loud = [one for one in seen.pieces if one.at >= since and _loud(one, usual)]
    sounds = [(one.at, one.lasts) for one in loud]
    shows = [(one.at, 1.0) for one in seen.frames if one.at >= since]
    begins = [_begin(sounds, SOUNDING * MOVING_S, until), _begin(shows, MOVING_FRAMES, until)]
    found = [one for one in begins if one is not None]
    return max(found) - since if len(found) == len(begins) else None


def top_again(
    frames: Sequence[Frame], height: int, rate: float, since: float, until: float
) -> float | None:
    """Seconds from `since` until the picture has its size and rate for a second; none if never."""
    full = [(one.at, 1.0) for one in frames if one.at >= since and one.height >= height]
    begin = _begin(full, round(FULL * rate * MOVING_S), until)
    return None if begin is None else begin - since


def _begin(parts: Sequence[tuple[float, float]], enough: float, until: float) -> float | None:
    """The first time after which, within a second, so much comes; of times and how much each is."""
    if not enough:
        return None
    for number, (at, _) in enumerate(parts):
        so_far = accumulate(much for _, much in parts[number:])
        filled = next((n for n, much in enumerate(so_far, number) if much > enough - EVEN), None)
        if filled is not None and parts[filled][0] <= min(until, at + MOVING_S):
            return at
    return None
