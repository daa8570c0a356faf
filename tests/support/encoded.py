"""Real encoded media, and RTP made of it as publishers make it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple, cast

import av
import numpy as np

from signaling.events import Codec
from signaling.rtp import tap

ENCODERS = {
    Codec.H264: ("libx264", {"preset": "ultrafast", "tune": "zerolatency"}),
    Codec.VP8: ("libvpx", {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}),
    Codec.VP9: ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}),
}
PIECE = 1100


class Encoded(NamedTuple):
    """One frame as its encoder gave it."""

    data: bytes
    time: float
    key: bool


def pictures(
    codec: Codec,
    seconds: float,
    rate: int = 15,
    size: tuple[int, int] = (160, 120),
    every: int = 1000,
    profile: str = "baseline",
) -> list[Encoded]:
    """A bar that moves over a rough wall; a key frame first and each `every` frames."""
    name, options = ENCODERS[codec]
    encoder = cast(av.VideoCodecContext, av.CodecContext.create(name, "w"))
    encoder.width, encoder.height = size
    encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, rate)
    encoder.framerate, encoder.gop_size, encoder.bit_rate = Fraction(rate), every, 300_000
    encoder.thread_count = 1
    if profile != "baseline":
        options = {**options, "preset": "veryfast"}
    encoder.options = options | ({"profile": profile} if codec is Codec.H264 else {})
    made = []
    for number in range(round(seconds * rate)):
        packets = encoder.encode(_bar(number, size))
        made += [(bytes(packet), packet.is_keyframe) for packet in packets]
    made += [(bytes(packet), packet.is_keyframe) for packet in encoder.encode(None)]
    return [Encoded(data, number / rate, key) for number, (data, key) in enumerate(made)]


def _bar(number: int, size: tuple[int, int]) -> av.VideoFrame:
    plane = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
    plane[: size[1]] = np.random.default_rng(1).integers(60, 190, (size[1], size[0]), np.uint8)
    plane[: size[1], (number * 8) % size[0] :][:, :8] = 250
    frame = av.VideoFrame.from_ndarray(plane, format="yuv420p")
    frame.pts = number
    return frame


def sounds(seconds: float, silent: bool = False) -> list[Encoded]:
    """A tone of 440 Hz, or nothing, in Opus packets of 20 ms."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    encoder.bit_rate = 32_000
    made: list[bytes] = []
    for number in range(round(seconds * 50)):
        at = np.arange(960) + number * 960
        wave = (0 if silent else 8000) * np.sin(at * 2 * np.pi * 440 / 48_000)
        frame = av.AudioFrame.from_ndarray(wave.astype(np.int16).reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.pts = 48_000, number * 960
        made += [bytes(packet) for packet in encoder.encode(frame)]
    return [Encoded(data, number * 0.02, True) for number, data in enumerate(made)]


def payloads(codec: Codec, frame: bytes, key: bool) -> list[bytes]:
    """The RTP payloads of one frame."""
    match codec:
        case Codec.OPUS:
            return [frame]
        case Codec.H264:
            return list(_h264(frame))
        case Codec.VP8:
            cut = _cut(frame)
            return [bytes((0x90 if not n else 0x80, 0x80, 0x80, 7)) + p for n, p in enumerate(cut)]
        case Codec.VP9:
            cut = _cut(frame)
            return [
                bytes((_vp9_flags(n, len(cut), key), 0x81, 5)) + piece
                for n, piece in enumerate(cut)
            ]


def _vp9_flags(number: int, count: int, key: bool) -> int:
    return (
        0x80 | (0 if key else 0x40) | (8 if not number else 0) | (4 if number == count - 1 else 0)
    )


def _cut(frame: bytes) -> list[bytes]:
    return [frame[at : at + PIECE] for at in range(0, len(frame), PIECE)]


def units(frame: bytes) -> list[bytes]:
    """NAL units of an Annex B frame."""
    cut = frame.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return [unit for unit in cut if unit]


def _h264(frame: bytes) -> Iterator[bytes]:
    """Small units in one STAP-A, large ones in FU-A."""
    small = [unit for unit in units(frame) if unit[0] & 31 in (7, 8)]
    if small:
        yield b"\x78" + b"".join(struct.pack("!H", len(unit)) + unit for unit in small)
    for unit in units(frame):
        if unit in small:
            continue
        if len(unit) <= PIECE:
            yield unit
            continue
        cut = _cut(unit[1:])
        for number, piece in enumerate(cut):
            ends = (0x80 if not number else 0) | (0x40 if number == len(cut) - 1 else 0)
            yield bytes(((unit[0] & 0xE0) | 28, ends | (unit[0] & 31))) + piece


RATES = {Codec.OPUS: 48_000, Codec.H264: 90_000, Codec.VP8: 90_000, Codec.VP9: 90_000}


@dataclass
class Publisher:
    """Turns frames into the records that a worker puts on the tap."""

    handle: int
    codec: Codec
    index: int = 65_500
    rtp: int = 0xFFFF_F000
    ssrc: int = 77
    ppm: float = 0.0
    sent: list[bytes] = field(default_factory=list)

    def ticks(self, time: float) -> int:
        """The RTP timestamp of a moment on its own clock."""
        return (self.rtp + round(time * (1 + self.ppm / 1e6) * RATES[self.codec])) & 0xFFFF_FFFF

    def frame(self, frame: Encoded, arrival: float) -> list[bytes]:
        """One record for each packet of a frame."""
        pieces = payloads(self.codec, frame.data, frame.key)
        out = []
        for number, piece in enumerate(pieces):
            marker = 0x80 if number == len(pieces) - 1 and self.codec is not Codec.OPUS else 0
            head = struct.pack(
                "!BBHII", 0x80, marker | 96, self.index & 0xFFFF, self.ticks(frame.time), self.ssrc
            )
            out.append(self.record(tap.PACKET, head + piece, arrival, self.index >> 16))
            self.index += 1
        return out

    def report(self, ntp: int, time: float, arrival: float) -> bytes:
        """A sender report."""
        body = tap.REPORT.pack(ntp, self.ticks(time))
        return self.record(tap.SENDER_REPORT, body, arrival, 0)

    def overrun(self, packets: int, since: float, arrival: float) -> bytes:
        """The tap was full."""
        return self.record(tap.OVERRUN, tap.DROPPED.pack(packets, since), arrival, 0)

    def record(self, kind: int, body: bytes, arrival: float, rollover: int) -> bytes:
        """Any record of this handle."""
        number = tap.CODECS.index(self.codec)
        return tap.HEADER.pack(kind, number, len(body), self.handle, rollover, arrival) + body
