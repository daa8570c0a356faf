"""WebM (RFC 8794, RFC 9559) for VP8: one track, a cluster for each fragment. Pure.

Every cluster has a known length, so that a torn one is recognised. `samples.Writer` says what for.
"""

import struct
from collections.abc import Iterator

from recorder.samples import Sample, Span

EBML = 0x1A45DFA3
SEGMENT = 0x18538067
INFO = 0x1549A966
TRACKS = 0x1654AE6B
CLUSTER = 0x1F43B675
TIMESTAMP = 0xE7
SIMPLE_BLOCK = 0xA3
BLOCK_GROUP = 0xA0
BLOCK = 0xA1
BLOCK_DURATION = 0x9B
REFERENCE = 0xFB
UNKNOWN = b"\x01\xff\xff\xff\xff\xff\xff\xff"
MIME = 'video/webm; codecs="vp8"'


def element(number: int, *parts: bytes) -> bytes:
    """An element: id, length in eight octets, body."""
    body = b"".join(parts)
    name = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return name + (len(body) | 1 << 56).to_bytes(8, "big") + body


def unsigned(number: int, value: int) -> bytes:
    """An element with an unsigned integer."""
    return element(number, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


class WebmWriter:
    """Clusters in milliseconds since the part's start."""

    suffix = "webm"
    overlaps = False
    mime = MIME

    def __init__(self, size: tuple[int, int]) -> None:
        self.init = _init(size)
        """EBML header, Segment of unknown length, Info and Tracks."""

    def fragment(self, samples: list[Sample]) -> bytes:
        """One cluster; its last block says how long it lasts, the others last to the next."""
        base = round(samples[0].start * 1000)
        *others, last = samples
        blocks = [
            element(SIMPLE_BLOCK, _block(sample, base, 0x80 if sample.key else 0))
            for sample in others
        ]
        return element(CLUSTER, unsigned(TIMESTAMP, base), *blocks, _closing(last, base))


def _block(sample: Sample, base: int, flags: int) -> bytes:
    """Track 1, time since the cluster's, flags, frame (RFC 9559, 10.1)."""
    return struct.pack(">BhB", 0x81, round(sample.start * 1000) - base, flags) + sample.data


def _closing(sample: Sample, base: int) -> bytes:
    lasts = max(1, round(sample.end * 1000) - round(sample.start * 1000))
    parts = [element(BLOCK, _block(sample, base, 0)), unsigned(BLOCK_DURATION, lasts)]
    if not sample.key:
        parts.append(element(REFERENCE, b"\xff"))
    return element(BLOCK_GROUP, *parts)


def _init(size: tuple[int, int]) -> bytes:
    head = element(
        EBML,
        unsigned(0x4286, 1),
        unsigned(0x42F7, 1),
        unsigned(0x42F2, 4),
        unsigned(0x42F3, 8),
        element(0x4282, b"webm"),
        unsigned(0x4287, 4),
        unsigned(0x4285, 2),
    )
    info = element(
        INFO,
        unsigned(0x2AD7B1, 1_000_000),
        element(0x4D80, b"tongke"),
        element(0x5741, b"tongke"),
    )
    video = element(0xE0, unsigned(0xB0, size[0]), unsigned(0xBA, size[1]))
    track = element(
        0xAE,
        unsigned(0xD7, 1),
        unsigned(0x73C5, 1),
        unsigned(0x9C, 0),
        element(0x86, b"V_VP8"),
        unsigned(0x83, 1),
        video,
    )
    return head + SEGMENT.to_bytes(4, "big") + UNKNOWN + info + element(TRACKS, track)


def init_length(data: bytes | memoryview) -> int:
    """Bytes before the first cluster; 0 if they are not whole."""
    at = _end_of(data, 0, EBML)
    if not at or bytes(data[at : at + 12]) != SEGMENT.to_bytes(4, "big") + UNKNOWN:
        return 0
    at = _end_of(data, at + 12, INFO)
    return _end_of(data, at, TRACKS) if at else 0


def _end_of(data: bytes | memoryview, at: int, number: int) -> int:
    """Where the whole element `number` at an offset ends; 0 if it is not there."""
    found = next(_elements(data, at), None)
    return found[2] if found is not None and found[0] == number else 0


def spans(data: bytes | memoryview, at: int) -> Iterator[Span]:
    """The whole clusters from offset `at` on; ends at the first that is torn."""
    for number, body, end in _elements(data, at):
        if number != CLUSTER:
            return
        found = _read_cluster(data[body:end])
        if found is None:
            return
        first, last, key = found
        yield Span(first, last, body - 12, end - body + 12, key)


def _elements(data: bytes | memoryview, at: int) -> Iterator[tuple[int, int, int]]:
    """Id, start of the body and end of whole elements at one level, as we write them."""
    while at + 9 <= len(data):
        width = 9 - data[at].bit_length()
        body = at + width + 8
        if not 1 <= width <= 4 or body > len(data) or data[at + width] != 1:
            return
        size = int.from_bytes(data[at + width + 1 : body], "big")
        if body + size > len(data):
            return
        yield int.from_bytes(data[at : at + width], "big"), body, body + size
        at = body + size


def _read_cluster(data: bytes | memoryview) -> tuple[float, float, bool] | None:
    """Start, end and whether it begins with a key frame."""
    inner = [(number, data[body:end]) for number, body, end in _elements(data, 0)]
    if len(inner) < 2 or inner[0][0] != TIMESTAMP or inner[-1][0] != BLOCK_GROUP:
        return None
    base = int.from_bytes(inner[0][1], "big")
    last = {number: inner[-1][1][body:end] for number, body, end in _elements(inner[-1][1], 0)}
    if not last.keys() >= {BLOCK, BLOCK_DURATION}:
        return None
    (_, at, _) = struct.unpack_from(">BhB", last[BLOCK])
    end = base + at + int.from_bytes(last[BLOCK_DURATION], "big")
    number, block = inner[1]
    key = bool(block[3] & 0x80) if number == SIMPLE_BLOCK else REFERENCE not in last
    return base / 1000, end / 1000, key
