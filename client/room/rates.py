"""How many bits, pixels and frames a picture gets; pure."""

from collections.abc import Mapping
from dataclasses import dataclass

LEAST = 60_000
"""Bits per second below which no picture is sent."""
MOST = 3_000_000
"""Bits per second that no picture exceeds."""
SOUND = 40_000
"""What an open microphone takes of an estimate."""

STEPS = ((100_000, 180, 8), (200_000, 270, 10), (350_000, 360, 15), (600_000, 540, 25))
"""Below so many bits per second, a picture is at most so high and has at most so many a second."""
FULL = (720, 30)
"""The same for whatever is above the last step: level 3.1 of H.264 ends there."""
SCREEN_RATE = 15
"""A screen keeps its size, for its letters, and gives up frames instead."""


def clamp(bitrate: int) -> int:
    """The nearest bit rate that pictures are sent with."""
    return max(LEAST, min(bitrate, MOST))


def share(budget: int, wanted: Mapping[str, int]) -> dict[str, int]:
    """Bit rate for each picture: what it wants, or its part of the budget.

    Args:
        budget: bits per second for all of them together.
        wanted: by name, what each would have alone.
    """
    total = sum(wanted.values())
    if total <= budget:
        return {name: clamp(each) for name, each in wanted.items()}
    return {name: clamp(each * budget // total) for name, each in wanted.items()}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a picture is scaled and thinned to."""

    width: int
    """Even, in pixels."""
    height: int
    """Even, in pixels."""
    rate: float
    """At most so many a second."""


def shape(width: int, height: int, bitrate: int, screen: bool) -> Shape:
    """How large and how often a picture is sent at a bit rate; never larger than it is."""
    tallest, rate = next((step[1:] for step in STEPS if bitrate < step[0]), FULL)
    if screen:
        return Shape(width=even(width), height=even(height), rate=min(rate, SCREEN_RATE))
    scale = min(1.0, tallest / height)
    return Shape(width=even(width * scale), height=even(height * scale), rate=rate)


def even(pixels: float) -> int:
    """The nearest even number of pixels below, at least 2."""
    return max(2, int(pixels) // 2 * 2)
