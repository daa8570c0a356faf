"""What the recording kept of the weak school's sound and picture. Blocking."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from bench.reliability.clocks import Clocks
from recorder.manifest import MANIFEST, Part

STEP = 480
"""Samples of 10 ms at 48 kHz."""
STEP_S = STEP / 48_000
LOUD = 0.03
STILL_S = 0.5
"""A picture that lasts longer has stopped."""


def parts(lesson: Path, source: str) -> list[Part]:
    """The parts of a source's track; none if it was not recorded."""
    manifest = MANIFEST.validate_json((lesson / "manifest.json").read_bytes())
    return [
        part for track in manifest.tracks if str(track.source) == source for part in track.parts
    ]


def sound_share(
    lesson: Path, parts: Sequence[Part], start: float, end: float, clocks: Clocks
) -> float:
    """Share of a time of the lesson in which the recording sounds; `clocks` are in that time.

    From the first part on a recording goes by the clock of who spoke, so it is measured by that
    one: who is slow by a sixth sends less sound than the time has, and none of it is lost.
    """
    if not parts:
        return 0.0
    zero = clocks.sound(parts[0].start) - parts[0].start
    found = (sounding(_loud(lesson, one), zero + one.start, start, end, clocks) for one in parts)
    return min(1.0, sum(found) / (end - start))


def sounding(
    offsets: Iterable[float], begins: float, start: float, end: float, clocks: Clocks
) -> float:
    """Seconds of a time that a part fills with steps at these offsets from its beginning; pure.

    It begins by the clock of who spoke.
    """
    sounds = (begins + at for at in offsets)
    walls = ((clocks.wall(at), clocks.wall(at + STEP_S)) for at in sounds)
    return sum(after - before for before, after in walls if start <= before < end)


def picture_share(lesson: Path, parts: Sequence[Part], start: float, end: float) -> float:
    """Share of a time of the lesson in which the recorded picture moves."""
    times = sorted(at for part in parts for at in _shown(lesson, part))
    return moving_share(times, start, end)


def moving_share(times: Sequence[float], start: float, end: float) -> float:
    """Share of a time that lies no longer than `STILL_S` after one of these; pure."""
    inside = [at for at in times if start - STILL_S <= at < end]
    steps = pairwise([*inside, end])
    covered = (min(after, at + STILL_S) - max(at, start) for at, after in steps)
    return max(0.0, min(1.0, sum(max(0.0, one) for one in covered) / (end - start)))


def _shown(lesson: Path, part: Part) -> Iterator[float]:
    with av.open(str(lesson / part.file)) as container:
        for frame in container.decode(video=0):
            assert frame.time is not None
            yield part.start + frame.time


def _loud(lesson: Path, part: Part) -> Iterator[float]:
    """Seconds of the part."""
    with av.open(str(lesson / part.file)) as container:
        for frame in container.decode(audio=0):
            assert frame.time is not None
            samples = frame.to_ndarray().astype(np.float32)
            scale = 1 if frame.format.name.startswith("flt") else 32_768
            mono = np.abs(samples[0]) / scale
            for number, first in enumerate(range(0, mono.size - STEP + 1, STEP)):
                if float(mono[first : first + STEP].max()) > LOUD:
                    yield frame.time + number * STEP / frame.sample_rate
