"""Tracks of a lesson decoded again: the picture that stands at a moment, the sound of a stretch."""

import io
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import av
import numpy as np
import numpy.typing as npt

from recorder.phone import SOUND_RATE, Read

Load = Callable[[Read], bytes]
"""The head of a part and the bytes that are to be read of it."""
Samples = npt.NDArray[np.float32]


class Shown(NamedTuple):
    """A picture and from when to when it may stand."""

    time: float
    """Lesson time."""
    until: float
    """Lesson time at which what was recorded ends."""
    frame: av.VideoFrame
    """The picture."""


class Reel:
    """One picture track, asked for moments that only go forward."""

    def __init__(self, reads: Iterable[Read], load: Load) -> None:
        self._coming = _pictures(reads, load)
        self._next = next(self._coming, None)
        self._now: Shown | None = None

    def at(self, time: float) -> av.VideoFrame | None:
        """What is on the screen at a lesson time; none where nothing was recorded."""
        while self._next is not None and self._next.time <= time:
            self._now = self._next
            self._next = next(self._coming, None)
        if self._now is None or time >= self._now.until:
            return None
        return self._now.frame


def _pictures(reads: Iterable[Read], load: Load) -> Iterator[Shown]:
    for read in reads:
        for time, frame in _frames(read, load(read)):
            if isinstance(frame, av.VideoFrame):
                yield Shown(time, read.end, frame)


def heard(reads: Iterable[Read], load: Load, start: float, samples: int) -> Samples:
    """A track's sound from a lesson time on, in one channel; silence where there is none."""
    found = np.zeros(samples, np.float32)
    for read in reads:
        for time, frame in _frames(read, load(read)):
            if isinstance(frame, av.AudioFrame):
                _lay(found, _mono(frame), round((time - start) * SOUND_RATE))
    return found


def _mono(frame: av.AudioFrame) -> Samples:
    """Opus decodes to planes of floats at 48 kHz (RFC 6716), whatever was sent."""
    planes = frame.to_ndarray().astype(np.float32, copy=False)
    return np.asarray(planes.mean(axis=0), np.float32)


def _lay(whole: Samples, part: Samples, at: int) -> None:
    """Put sound in its place; what lies outside is left out."""
    first, last = max(at, 0), min(at + len(part), len(whole))
    if first < last:
        whole[first:last] = part[first - at : last - at]


def _frames(read: Read, data: bytes) -> Iterator[tuple[float, av.VideoFrame | av.AudioFrame]]:
    """Lesson time and frame; ends early where something cannot be decoded."""
    form = "mp4" if read.part.container == "mp4" else "matroska"
    try:
        with av.open(io.BytesIO(data), format=form) as container:
            assert isinstance(container, av.container.InputContainer)
            for frame in container.decode():
                if isinstance(frame, av.VideoFrame | av.AudioFrame):
                    yield read.part.start + frame.time, frame
    except av.FFmpegError:
        return
