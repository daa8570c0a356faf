"""What arrived from the others: counted for every room, decoded where proof is wanted."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import av
import numpy as np
import numpy.typing as npt

from client.room.encoders import loudness
from client.room.incoming import Arrived
from recorder.depacketize import opus_duration
from signaling.events import Codec
from signaling.ids import SourceId

WAITING = 300
"""Frames between the loop and the decoder's thread."""
HEARD = 45
"""Sound louder than this many −dBov is heard."""
MOVED = 1.0
"""Mean change of a picture's brightness, of 255, from which it counts as moving."""

DECODERS = {Codec.H264: "h264", Codec.VP8: "vp8", Codec.VP9: "vp9", Codec.OPUS: "libopus"}


@dataclass
class Seen:
    """What came of one source."""

    frames: int = 0
    """Whole frames."""
    octets: int = 0
    """Of these frames."""
    sound_s: float = 0.0
    """Sound: how much came."""
    first_at: float | None = None
    """Monotonic second of the first frame that could be decoded."""
    decoded: int = 0
    """Frames decoded, where proof is wanted."""
    moved: int = 0
    """Pictures that differ from the one before."""
    height: int = 0
    """Of the last picture, in pixels: which layer comes."""
    heard_s: float = 0.0
    """Sound louder than silence."""
    broken: int = 0
    """Frames a decoder refused."""


@dataclass(frozen=True, kw_only=True)
class _Job:
    source: SourceId
    arrived: Arrived


class Sight:
    """Counts frames by source; with `prove`, decodes them in a thread of its own.

    At most 300 frames wait for the decoder; when it does not keep up, new ones are left out and of
    pictures all up to the next key frame.
    """

    def __init__(self, prove: bool, first: Callable[[SourceId, float], None]) -> None:
        self.seen: dict[SourceId, Seen] = {}
        """By source."""
        self._first = first
        self._jobs: deque[_Job] = deque()
        self._some = threading.Event()
        self._stopped = False
        self._skipping: set[SourceId] = set()
        self._decoders: dict[tuple[SourceId, Codec], Decoder] = {}
        self._thread = threading.Thread(target=self._decode, name="proof", daemon=True)
        self._prove = prove
        if prove:
            self._thread.start()

    def take(self, source: SourceId, arrived: Arrived) -> None:
        """Count one frame; on the loop."""
        seen = self.seen.setdefault(source, Seen())
        seen.frames += 1
        seen.octets += len(arrived.frame.data)
        if arrived.codec is Codec.OPUS:
            seen.sound_s += opus_duration(arrived.frame.data)
        if seen.first_at is None and arrived.frame.key:
            seen.first_at = time.monotonic()
            self._first(source, seen.first_at)
        if self._prove:
            self._queue(_Job(source=source, arrived=arrived))

    def _queue(self, job: _Job) -> None:
        if len(self._jobs) >= WAITING:
            self._skipping.add(job.source)
        if job.source in self._skipping and not self._fits(job):
            return
        self._skipping.discard(job.source)
        self._jobs.append(job)
        self._some.set()

    def _fits(self, job: _Job) -> bool:
        return job.arrived.frame.key and len(self._jobs) < WAITING

    def stop(self) -> None:
        """End the thread once everything that waits is decoded."""
        self._stopped = True
        self._some.set()
        if self._prove:
            self._thread.join()

    def _decode(self) -> None:
        while True:
            self._some.clear()
            while self._jobs:
                self._one(self._jobs.popleft())
            if self._stopped:
                return
            self._some.wait()

    def _one(self, job: _Job) -> None:
        key = (job.source, job.arrived.codec)
        decoder = self._decoders.setdefault(key, Decoder(job.arrived.codec))
        decoder.decode(job.arrived.frame.data, self.seen[job.source])


@dataclass
class Decoder:
    """Decodes one source and judges what it sees and hears."""

    codec: Codec
    """Of the frames."""
    _before: npt.NDArray[np.int16] | None = None
    _context: av.CodecContext | None = field(default=None, repr=False)

    def decode(self, data: bytes, seen: Seen) -> None:
        """Decode one frame and add to what is known of its source."""
        if self._context is None:
            self._context = av.CodecContext.create(DECODERS[self.codec], "r")
        packet = av.Packet(annex_b(data) if self.codec is Codec.H264 else data)
        try:
            frames = self._context.decode(packet)  # type: ignore[attr-defined]  # of both kinds
        except av.FFmpegError:
            seen.broken += 1
            return
        for frame in frames:
            seen.decoded += 1
            if isinstance(frame, av.VideoFrame):
                self._look(frame, seen)
            elif isinstance(frame, av.AudioFrame):
                self._listen(frame, seen)

    def _look(self, frame: av.VideoFrame, seen: Seen) -> None:
        seen.height = frame.height
        small = frame.to_ndarray(format="gray")[::8, ::8].astype(np.int16)
        before, self._before = self._before, small
        if before is not None and before.shape == small.shape:
            seen.moved += int(float(np.mean(np.abs(small - before))) >= MOVED)

    def _listen(self, frame: av.AudioFrame, seen: Seen) -> None:
        samples = frame.to_ndarray()
        scale = 1 if samples.dtype == np.int16 else 32767
        if loudness((samples * scale).astype(np.int16)) < HEARD:
            seen.heard_s += frame.samples / frame.sample_rate


def annex_b(frame: bytes) -> bytes:
    """H.264 units behind four octets of length as a stream with start codes."""
    parts = []
    at = 0
    while at + 4 < len(frame):
        size = int.from_bytes(frame[at : at + 4], "big")
        parts.append(b"\0\0\0\1" + frame[at + 4 : at + 4 + size])
        at += 4 + size
    return b"".join(parts)
