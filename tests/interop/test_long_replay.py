"""A lesson longer than the player keeps: what lies in the browser's memory stays bounded."""

import asyncio
from itertools import pairwise
from typing import NamedTuple, cast

import pytest

from recorder import manifest
from recorder.manifest import Manifest
from server.store.folder import lesson_folder
from signaling.events import Codec, Kind
from tests.support.browsers import Browsers, Page
from tests.support.scrubber import press_scrubber
from tests.support.served import Served, token
from tests.support.taped import HOST_CAMERA, OTHER_CAMERA, STARTED, Shot, Take, tape

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PART_S = 40.0
PARTS = 4
LENGTH_S = PART_S * PARTS
ENDED = STARTED + LENGTH_S
KEPT_S = 30.0 + 2 * 30.0 + 2 * 5.0
"""What a track may hold: 30 s back, twice 30 s ahead, and a segment that either edge cuts."""
STEP_S = 16.0
PLAYED_S = 8.0

HELD = """tongke.replay().tracks.map(({source, buffered}) => [source, buffered])"""
"""The ranges of lesson time in the browser's source buffers, by source."""


class Held(NamedTuple):
    """What one track has in memory."""

    seconds: float
    bytes: int


def takes(codec: Codec) -> tuple[Take, ...]:
    """A whole lesson in parts."""
    bounds = [STARTED + PART_S * number for number in range(PARTS + 1)]
    return tuple(Take(codec, start, end) for start, end in pairwise(bounds))


SHOTS = (
    Shot(0, "camera", Kind.CAMERA, HOST_CAMERA, takes(Codec.H264)),
    Shot(1, "class_camera", Kind.CLASS_CAMERA, OTHER_CAMERA, takes(Codec.VP8)),
    Shot(0, "microphone", Kind.MICROPHONE, 0, takes(Codec.OPUS)),
)


def size(recorded: Manifest, source: str, ranges: list[list[float]]) -> int:
    """Bytes of the segments that lie, wholly or in part, in ranges of lesson time."""
    track = next(one for one in recorded.tracks if one.source == source)
    return sum(
        length
        for part in track.parts
        for start, end, _, length in part.segments
        if any(start < to and since < end for since, to in ranges)
    )


async def held(page: Page, recorded: Manifest) -> dict[str, Held]:
    """What each track has in memory just now."""
    found = cast("list[tuple[str, list[list[float]]]]", await page.evaluate(HELD))
    return {
        source: Held(sum(end - start for start, end in ranges), size(recorded, source, ranges))
        for source, ranges in found
    }


def higher(peak: dict[str, Held], now: dict[str, Held]) -> dict[str, Held]:
    """The most each track ever had."""
    return {
        source: Held(max(most.seconds, now[source].seconds), max(most.bytes, now[source].bytes))
        for source, most in peak.items()
    }


async def seek(page: Page, time: float) -> None:
    """Go to a lesson time and wait for its pictures."""
    await press_scrubber(page, (time - STARTED) / LENGTH_S)
    await page.until("tongke.replay().tracks.every(({ready}) => ready)")


async def test_memory_stays_bounded_in_a_long_lesson(server: Served, chromium: Browsers) -> None:
    lesson = await server.lesson("古诗二首")
    await tape(server.data, lesson, SHOTS, ENDED)
    viewer = token(lesson["links"]["viewer"])
    folder = lesson_folder(server.data, lesson["lesson"])
    recorded = await asyncio.to_thread(manifest.load, folder)
    page = await chromium.open("viewer")
    await page.goto(f"{server.base}/replay#{viewer}")
    await page.until("window.tongke !== undefined && tongke.replay().tracks.length === 3")
    peak = {str(track.source): Held(0.0, 0) for track in recorded.tracks}
    steps = [STARTED + STEP_S * number for number in range(int(LENGTH_S / STEP_S))]
    for time in [*steps, *reversed(steps[::4])]:
        await seek(page, time)
        peak = higher(peak, await held(page, recorded))
    await page.press("[data-speed='2']")
    await page.press("[data-do=toggle]")
    await page.until(f"tongke.replay().time > {STARTED + PLAYED_S}")
    peak = higher(peak, await held(page, recorded))
    for source, most in peak.items():
        whole = size(recorded, source, [[0.0, ENDED]])
        assert KEPT_S / 3 < most.seconds <= KEPT_S, peak
        assert most.bytes <= whole * KEPT_S / LENGTH_S * 1.1, (peak, whole)
