"""Which container a codec goes into, and what its first key frame tells about it. Pure.

A *fragment* (at most a second) is what a crash can cost, a *segment* begins at a key frame and is
what players seek to. H.264, VP9 and Opus lie in fragmented MP4, VP8 in WebM, for MP4 has no VP8.
"""

from collections.abc import Iterator

from recorder import mp4, webm
from recorder.samples import Span, Writer
from signaling.events import Codec
from signaling.rtp import h264

LARGEST = 16_384
"""Pixels of a side."""


def writer(codec: Codec, first: bytes) -> Writer:
    """The writer of a part that begins with this key frame; `ValueError` if it is none."""
    try:
        match codec:
            case Codec.OPUS:
                return mp4.opus_writer()
            case Codec.H264:
                sps, pps = parameter_sets(first)
                return mp4.h264_writer(sps, pps, _possible(sps_size(sps)))
            case Codec.VP8:
                return webm.WebmWriter(_possible(vp8_size(first)))
            case Codec.VP9:
                return mp4.vp9_writer(_possible(vp9_size(first)))
    except IndexError as error:
        raise ValueError("a key frame is cut short") from error


def _possible(size: tuple[int, int]) -> tuple[int, int]:
    if not all(1 <= side <= LARGEST for side in size):
        raise ValueError("no picture has this size")
    return size


def init_length(container: str, data: bytes | memoryview) -> int:
    """Bytes of a part's head; 0 if it is torn."""
    return webm.init_length(data) if container == "webm" else mp4.init_length(data)


def spans(container: str, data: bytes | memoryview, at: int) -> Iterator[Span]:
    """Whole fragments of a part from an offset on."""
    if container == "webm":
        return webm.spans(data, at)
    return mp4.spans(data, at, mp4.timescale_of(data))


def parameter_sets(frame: bytes) -> tuple[bytes, bytes]:
    """The first SPS and PPS of an H.264 frame whose units stand behind their lengths."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 < len(frame):
        size = int.from_bytes(frame[at : at + 4], "big")
        found.setdefault(frame[at + 4] & 31, frame[at + 4 : at + 4 + size])
        at += 4 + size
    if len(found.get(h264.SPS, b"")) < 4 or not found.get(8):
        raise ValueError("a key frame without parameter sets")
    return found[h264.SPS], found[8]


def vp8_size(frame: bytes) -> tuple[int, int]:
    """Width and height of a VP8 key frame (RFC 6386, 9.1)."""
    if frame[0] & 1 or frame[3:6] != b"\x9d\x01\x2a":
        raise ValueError("not a VP8 key frame")
    return (frame[6] | frame[7] << 8) & 0x3FFF, (frame[8] | frame[9] << 8) & 0x3FFF


def vp9_size(frame: bytes) -> tuple[int, int]:
    """Width and height of a VP9 key frame of profile 0 (VP9 bitstream, 6.2)."""
    bits = Bits(frame)
    if bits.take(2) != 2 or bits.take(2) or bits.take(1) or bits.take(1):
        raise ValueError("not a VP9 key frame of profile 0")
    bits.take(2)
    if bits.take(24) != 0x498342:
        raise ValueError("not a VP9 key frame")
    space = bits.take(3)
    if space == 7:
        raise ValueError("VP9 of profile 0 has no RGB")
    bits.take(1)
    return bits.take(16) + 1, bits.take(16) + 1


class Bits:
    """Reads bits from the highest down; raises `IndexError` at the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> int:
        """The next `count` bits as a number."""
        value = 0
        for at in range(self._at, self._at + count):
            value = value << 1 | self._data[at >> 3] >> (7 - (at & 7)) & 1
        self._at += count
        return value

    def golomb(self) -> int:
        """An unsigned Exp-Golomb number (H.264, 9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        """A signed Exp-Golomb number (H.264, 9.1.1)."""
        number = self.golomb()
        return (number + 1) // 2 if number & 1 else -(number // 2)


_CHROMA_PROFILES = frozenset((100, 110, 122, 244, 44, 83, 86, 118, 128))


def sps_size(sps: bytes) -> tuple[int, int]:
    """Width and height of the pictures of an H.264 parameter set (7.3.2.1.1), cropped."""
    bits = Bits(sps[1:].replace(b"\0\0\3", b"\0\0"))
    profile = bits.take(8)
    bits.take(16)
    bits.golomb()
    if profile in _CHROMA_PROFILES:
        _skip_chroma(bits)
    bits.golomb()
    _skip_order(bits)
    bits.golomb()
    bits.take(1)
    width, rows = bits.golomb() + 1, bits.golomb() + 1
    frames_only = bits.take(1)
    if not frames_only:
        bits.take(1)
    bits.take(1)
    left, right, top, bottom = (bits.golomb() for _ in range(4)) if bits.take(1) else (0, 0, 0, 0)
    fields = 2 - frames_only
    return width * 16 - 2 * (left + right), fields * (rows * 16 - 2 * (top + bottom))


def _skip_chroma(bits: Bits) -> None:
    """What high profiles put in front; 4:2:0 without scaling lists."""
    if bits.golomb() != 1:
        raise ValueError("only 4:2:0 pictures are kept")
    bits.golomb()
    bits.golomb()
    bits.take(1)
    if bits.take(1):
        raise ValueError("scaling lists are not read")


def _skip_order(bits: Bits) -> None:
    """Picture order count: not used by publishers' streams, but its fields stand in between."""
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        bits.take(1)
        bits.signed()
        bits.signed()
        for _ in range(bits.golomb()):
            bits.signed()
