"""Where pictures and sound come from: media files, looped, and devices. Used by threads.

A file runs on one timeline for picture and sound: each round lasts as long as the container, so
that both begin anew together.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import av
import numpy as np

from client.room.encoders import BLOCK, RATE, Samples


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture."""

    frame: av.VideoFrame
    """As decoded."""
    at: float
    """Seconds since the feed began."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """20 ms of sound."""

    samples: Samples
    """960 of them, one channel."""
    ticks: int
    """Samples since the feed began."""
    at: float
    """Seconds since the feed began; for a device, when it was heard."""


PictureFeed = Callable[[float], Iterator[Shot]]
SoundFeed = Callable[[float], Iterator[Block]]
"""Given the monotonic second at which the feed begins; goes on for ever."""


def pictures(path: str) -> PictureFeed:
    """The pictures of a file, or of a camera (`/dev/video…`)."""
    if path.startswith("/dev/"):
        return lambda origin: _camera(path, origin)
    return lambda origin: _film(path)


def sounds(path: str) -> SoundFeed:
    """The sound of a file, or of a microphone (`alsa:…`)."""
    if path.startswith("alsa:"):
        return lambda origin: _microphone(path.removeprefix("alsa:"), origin)
    return lambda origin: _tape(path)


def why_not(path: str, sound: bool) -> str | None:
    """What is wrong with a source that is to be sent; none when it can be opened."""
    if path.startswith(("/dev/", "alsa:", "rtsp://", "rtsps://")):
        return None  # a device may be plugged in later
    try:
        with av.open(path) as container:
            streams = container.streams.audio if sound else container.streams.video
            return None if streams else f"{path}: no {'sound' if sound else 'picture'} in it"
    except (av.FFmpegError, OSError) as error:
        return f"{path}: {error.strerror}"


def _film(path: str) -> Iterator[Shot]:
    with av.open(path) as container:
        stream = container.streams.video[0]
        begins, length = _span(container)
        interval = 1 / float(stream.average_rate or 25)
        offset = 0.0
        while True:
            at = -interval
            for frame in container.decode(stream):
                at = at + interval if frame.pts is None else frame.time - begins
                yield Shot(frame=frame, at=offset + at)
            offset += max(length, at + interval)
            container.seek(0)


def _camera(path: str, origin: float) -> Iterator[Shot]:
    with av.open(path, format="v4l2") as container:
        for frame in container.decode(video=0):
            yield Shot(frame=frame, at=time.monotonic() - origin)


def _tape(path: str) -> Iterator[Block]:
    for number, samples in enumerate(blocks(_rounds(path))):
        yield Block(samples=samples, ticks=number * BLOCK, at=number * BLOCK / RATE)


def _rounds(path: str) -> Iterator[Samples]:
    """The file's sound over and over, each round filled up to the container's length."""
    with av.open(path) as container:
        begins, length = _span(container)
        total = round(length * RATE)
        while True:
            sent = 0
            for samples, at in decoded(container):
                silence = max(0, round((at - begins) * RATE) - sent) if sent == 0 else 0
                piece = np.concatenate([np.zeros(silence, np.int16), samples])
                piece = piece[: total - sent] if total else piece
                sent += len(piece)
                yield piece
            yield np.zeros(max(0, total - sent), np.int16)
            container.seek(0)


def decoded(container: av.container.InputContainer) -> Iterator[tuple[Samples, float]]:
    """Sound at 48 kHz, one channel, and when each piece begins in the file."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    for frame in container.decode(container.streams.audio[0]):
        for resampled in resampler.resample(frame):
            yield resampled.to_ndarray().reshape(-1).astype(np.int16), frame.time or 0.0


def _microphone(device: str, origin: float) -> Iterator[Block]:
    options = {"channels": "1", "sample_rate": str(RATE)}
    with av.open(device, format="alsa", options=options) as container:
        pieces = (samples for samples, _ in decoded(container))
        for number, samples in enumerate(blocks(pieces)):
            heard = time.monotonic() - origin - BLOCK / RATE
            yield Block(samples=samples, ticks=number * BLOCK, at=heard)


def blocks(pieces: Iterator[Samples]) -> Iterator[Samples]:
    """Pieces of any length cut into blocks."""
    rest = np.zeros(0, np.int16)
    for piece in pieces:
        rest = np.concatenate([rest, piece])
        while len(rest) >= BLOCK:
            yield rest[:BLOCK]
            rest = rest[BLOCK:]


def _span(container: av.container.InputContainer) -> tuple[float, float]:
    """When the container begins and how long it lasts, in seconds; 0 for what it doesn't say."""
    begins = (container.start_time or 0) / av.time_base
    return begins, (container.duration or 0) / av.time_base
