"""What a recording shows and sounds, frame by frame, on lesson time. Blocking."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from recorder.manifest import Part, Track
from tests.support.stripes import Stripe, grey, read

STEP = 240
"""Samples of 5 ms, the grain in which beeps are found."""
LOUD = 0.05


class Watched(NamedTuple):
    """One recorded picture."""

    at: float
    """Lesson time."""
    stripe: Stripe | None
    """None when it is damaged."""
    flash: bool
    """Whether its lower half is white."""


def watch(lesson: Path, track: Track) -> list[Watched]:
    """Every picture of a track."""
    return [one for part in track.parts for one in _pictures(lesson, part)]


def beeps(lesson: Path, track: Track) -> list[float]:
    """When beeps of 100 ms begin, in lesson time."""
    found: list[float] = []
    quiet_since = float("-inf")
    for at, loud in (one for part in track.parts for one in _loudness(lesson, part)):
        if loud and at - quiet_since > 0.3:
            found.append(at)
        quiet_since = at if loud else quiet_since
    return found


def _pictures(lesson: Path, part: Part) -> Iterator[Watched]:
    with av.open(str(lesson / part.file)) as container:
        for frame in container.decode(video=0):
            assert frame.time is not None
            seen = grey(frame)
            below = seen[int(seen.shape[0] * 0.6) : int(seen.shape[0] * 0.9)]
            yield Watched(part.start + frame.time, read(seen), float(np.median(below)) > 200)


def _loudness(lesson: Path, part: Part) -> Iterator[tuple[float, bool]]:
    with av.open(str(lesson / part.file)) as container:
        for frame in container.decode(audio=0):
            assert frame.time is not None
            samples = frame.to_ndarray().astype(np.float32)
            scale = 1 if frame.format.name.startswith("flt") else 32768
            mono = np.abs(samples.reshape(-1) if frame.format.is_planar else samples[0]) / scale
            for number, start in enumerate(range(0, mono.size - STEP + 1, STEP)):
                at = part.start + frame.time + number * STEP / frame.sample_rate
                yield at, float(mono[start : start + STEP].max()) > LOUD
