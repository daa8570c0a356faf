"""Pre-encoded media: 720p30 H.264 at about 1.5 Mbit/s and Opus, as RTP payloads; encoded once."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, RATE = 1280, 720, 30
SECONDS = 8
BITRATES = {180: 150_000, 360: 500_000, HEIGHT: 1_500_000}
"""Heights of the layers, and how many bits a second each is."""
KEY_FRAME_S = 2
PAYLOAD_LIMIT = 1150

_START = b"\0\0\0\1"


class Picture(NamedTuple):
    """One encoded picture."""

    key: bool
    """Whether it needs no other."""
    payloads: list[bytes]
    """Its RTP payloads (RFC 6184); the last one gets the marker."""


def pictures(height: int = HEIGHT) -> list[Picture]:
    """The clip, which may be looped: its first picture is a key frame."""
    return [
        Picture(any(unit[0] & 31 == 5 for unit in units), list(payloads(units)))
        for units in map(_units, frames(height))
    ]


def frames(height: int = HEIGHT) -> list[bytes]:
    """The same clip as the encoder gave it, H.264 behind start codes, one for each picture."""
    name = "video.bin" if height == HEIGHT else f"video{height}.bin"
    return _cached(name, lambda: _encode_video(height))


def sounds() -> list[bytes]:
    """Opus packets of 20 ms each."""
    return _cached("sound.bin", _encode_sound)


def _cached(name: str, encode: Callable[[], Iterable[bytes]]) -> list[bytes]:
    """The packets of a clip, from the cache of an earlier run if there is one."""
    folder = Path(tempfile.gettempdir(), "tongke-bench-1")
    folder.mkdir(exist_ok=True)
    path = folder / name
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(b"".join(len(one).to_bytes(4, "big") + one for one in encode()))
        fresh.replace(path)
    return list(_split(path.read_bytes()))


def _split(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 4 + size]
        at += 4 + size


def _encode_video(height: int) -> Iterator[bytes]:
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, av.VideoCodecContext)
    bitrate, step = BITRATES[height], HEIGHT // height
    codec.width, codec.height, codec.pix_fmt = WIDTH // step, height, "yuv420p"
    codec.time_base, codec.framerate = Fraction(1, RATE), Fraction(RATE)
    codec.bit_rate = bitrate
    codec.gop_size = RATE * KEY_FRAME_S
    codec.options = {
        "preset": "superfast",
        "tune": "zerolatency",
        "profile": "baseline",
        "x264-params": f"vbv-maxrate={bitrate // 1000}:vbv-bufsize={bitrate // 2000}:scenecut=0",
    }
    for number in range(RATE * SECONDS):
        frame = av.VideoFrame.from_ndarray(_drawn(number, step), format="yuv420p")
        frame.pts = number
        yield from (bytes(packet) for packet in codec.encode(frame))
    yield from (bytes(packet) for packet in codec.encode(None))


def _drawn(number: int, step: int) -> NDArray[np.uint8]:
    """A class in front of a camera: a still room, something that moves, a little noise.

    Every `step`-th pixel of it.
    """
    noise = np.random.default_rng(number)
    x = np.arange(WIDTH)[None, :]
    y = np.arange(HEIGHT)[:, None]
    light = 110 + 50 * np.sin(x / 97) * np.cos(y / 61) + 20 * np.sin((x + y) / 7)
    light += noise.normal(0, 2, (HEIGHT, WIDTH))
    left = int(200 + 600 * (0.5 + 0.5 * np.sin(number / 23)))
    light[200:560, left : left + 260] += 60 * np.sin((x[:, :260] + number * 3) / 11)
    picture = np.full((HEIGHT // step * 3 // 2, WIDTH // step), 128, np.uint8)
    picture[: HEIGHT // step] = np.clip(light, 16, 235).astype(np.uint8)[::step, ::step]
    return picture


def _encode_sound() -> Iterator[bytes]:
    codec = av.CodecContext.create("libopus", "w")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.layout, codec.format = 48_000, "mono", "s16"
    codec.bit_rate = 32_000
    noise = np.random.default_rng(1)
    for number in range(50 * SECONDS):
        tone = 6000 * np.sin((np.arange(960) + 960 * number) / 30)
        samples = (tone + noise.normal(0, 500, 960)).astype(np.int16)[None, :]
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, number * 960
        yield from (bytes(packet) for packet in codec.encode(frame))


def _units(stream: bytes) -> list[bytes]:
    """The NAL units between start codes of three or four octets."""
    parts = stream.replace(_START, _START[1:]).split(_START[1:])
    return [part for part in parts if part]


def payloads(units: list[bytes]) -> Iterator[bytes]:
    """RTP payloads of one picture: small units together, large ones in pieces (RFC 6184, 5)."""
    small = [unit for unit in units if unit[0] & 31 in (6, 7, 8)]
    if small:
        yield b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in small)
    for unit in units:
        if unit in small:
            continue
        if len(unit) <= PAYLOAD_LIMIT:
            yield unit
        else:
            yield from _pieces(unit)


def _pieces(unit: bytes) -> Iterator[bytes]:
    head, kind, body = unit[0] & 0xE0 | 28, unit[0] & 31, unit[1:]
    for at in range(0, len(body), PAYLOAD_LIMIT):
        begins = 0x80 if at == 0 else 0
        ends = 0x40 if at + PAYLOAD_LIMIT >= len(body) else 0
        yield bytes([head, begins | ends | kind]) + body[at : at + PAYLOAD_LIMIT]
