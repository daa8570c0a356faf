"""Fragmented MP4 (ISO 14496-12): H.264 with its parameter sets in the stream, VP9, Opus. Pure.

One track a file. `samples.Writer` says what for; `spans` finds the whole fragments of a file that
nobody finished.
"""

import struct
from collections.abc import Iterator
from operator import sub

from recorder.samples import Sample, Span

SYNC = 0x02000000
"""Sample flags: depends on no other (8.8.3.1)."""
DEPENDENT = 0x01010000
"""Sample flags: depends on others, is no sync sample."""
_TRUN = struct.Struct(">III")
_BOX = struct.Struct(">I4s")
_MOOF = struct.Struct(">I4s I4sII I4s I4sII I4sIQ I4sIIi")
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box with its length and kind in front (4.2)."""
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A box that has a version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


class Mp4Writer:
    """Fragments of one track in ticks of its own clock."""

    suffix = "mp4"
    overlaps = True

    def __init__(self, mime: str, timescale: int, entry: bytes, size: tuple[int, int]) -> None:
        self.mime = mime
        """As MediaSource is asked for it."""
        self._scale = timescale
        self._sequence = 0
        self.init = _init(timescale, entry, size)
        """ftyp and moov."""

    def fragment(self, samples: list[Sample]) -> bytes:
        """One moof and its mdat (8.8.4); its decode time counts from the part's start."""
        self._sequence += 1
        data = [sample.data for sample in samples]
        ticks = [round(sample.start * self._scale) for sample in samples]
        ticks.append(max(round(samples[-1].end * self._scale), ticks[-1] + 1))
        rows = [0] * (3 * len(samples))
        rows[::3] = map(sub, ticks[1:], ticks)
        rows[1::3] = map(len, data)
        rows[2::3] = [SYNC if sample.key else DEPENDENT for sample in samples]
        head = self._head(len(samples), ticks[0])
        body = struct.pack(f">{len(rows)}I", *rows)
        return b"".join([head, body, _BOX.pack(sum(rows[1::3]) + 8, b"mdat"), *data])

    def _head(self, count: int, ticks: int) -> bytes:
        """A moof up to the rows of its samples, each 12 octets: duration, size and flags."""
        run = 20 + 12 * count
        whole = _MOOF.size + 12 * count
        return _MOOF.pack(
            *(whole, b"moof"),
            *(16, b"mfhd", 0, self._sequence),
            *(whole - 24, b"traf"),
            *(16, b"tfhd", 0x020000, 1),  # offsets count from the moof
            *(20, b"tfdt", 1 << 24, ticks),
            *(run, b"trun", 0x701, count, whole + 8),
        )


def _init(timescale: int, entry: bytes, size: tuple[int, int]) -> bytes:
    sound = size == (0, 0)
    kinds = box(b"ftyp", b"iso6", bytes(4), b"iso6", b"mp41")
    movie = full(
        b"mvhd",
        0,
        0,
        struct.pack(">IIIIIH10x", 0, 0, 1000, 0, 0x10000, 0x100),
        _MATRIX,
        bytes(24),
        struct.pack(">I", 2),
    )
    track = full(
        b"tkhd",
        0,
        3,
        struct.pack(">IIIII8xHHH2x", 0, 0, 1, 0, 0, 0, 0, 0x100 if sound else 0),
        _MATRIX,
        struct.pack(">II", size[0] << 16, size[1] << 16),
    )
    media = box(
        b"mdia",
        full(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, timescale, 0, 0x55C4, 0)),
        full(b"hdlr", 0, 0, bytes(4), b"soun" if sound else b"vide", bytes(12), b"tongke\0"),
        _media_information(sound, entry),
    )
    extends = box(b"mvex", full(b"trex", 0, 0, struct.pack(">IIIII", 1, 1, 0, 0, 0)))
    return kinds + box(b"moov", movie, box(b"trak", track, media), extends)


def _media_information(sound: bool, entry: bytes) -> bytes:
    head = full(b"smhd", 0, 0, bytes(4)) if sound else full(b"vmhd", 0, 1, bytes(8))
    place = box(b"dinf", full(b"dref", 0, 0, struct.pack(">I", 1), full(b"url ", 0, 1)))
    empty = struct.pack(">I", 0)
    table = box(
        b"stbl",
        full(b"stsd", 0, 0, struct.pack(">I", 1), entry),
        full(b"stts", 0, 0, empty),
        full(b"stsc", 0, 0, empty),
        full(b"stsz", 0, 0, empty, empty),
        full(b"stco", 0, 0, empty),
    )
    return box(b"minf", head, place, table)


def picture_entry(kind: bytes, size: tuple[int, int], configuration: bytes) -> bytes:
    """A visual sample entry (12.1.3)."""
    return box(
        kind,
        struct.pack(">6xH16xHHIIIH32xHh", 1, *size, 0x480000, 0x480000, 0, 1, 24, -1),
        configuration,
    )


def h264_writer(sps: bytes, pps: bytes, size: tuple[int, int]) -> Mp4Writer:
    """`avc3`: parameter sets may change in the stream (ISO 14496-15, 5.3.3)."""
    configuration = box(
        b"avcC",
        bytes((1, sps[1], sps[2], sps[3], 0xFF, 0xE1)),
        struct.pack(">H", len(sps)),
        sps,
        struct.pack(">BH", 1, len(pps)),
        pps,
    )
    mime = f'video/mp4; codecs="avc3.{sps[1:4].hex()}"'
    return Mp4Writer(mime, 90_000, picture_entry(b"avc3", size, configuration), size)


def vp9_writer(size: tuple[int, int]) -> Mp4Writer:
    """`vp09`, profile 0, 8 bits, 4:2:0 (VP codec ISO media file format binding, 1.0)."""
    level = 10 if size[0] * size[1] <= 36_864 else 31 if size[0] * size[1] <= 983_040 else 41
    configuration = full(b"vpcC", 1, 0, bytes((0, level, 0x82, 1, 1, 1, 0, 0)))
    mime = f'video/mp4; codecs="vp09.00.{level}.08"'
    return Mp4Writer(mime, 90_000, picture_entry(b"vp09", size, configuration), size)


def opus_writer() -> Mp4Writer:
    """`Opus` (Encapsulation of Opus in ISO base media, 4.3); two channels hold one as well."""
    configuration = box(b"dOps", struct.pack(">BBHIhB", 0, 2, 0, 48_000, 0, 0))
    entry = box(b"Opus", struct.pack(">6xH8xHH4xI", 1, 2, 16, 48_000 << 16), configuration)
    return Mp4Writer('audio/mp4; codecs="opus"', 48_000, entry, (0, 0))


def init_length(data: bytes | memoryview) -> int:
    """Bytes of ftyp and moov at the start of a part; 0 if they are not whole."""
    found = [(kind, end) for kind, _, end in _boxes(data, 0)][:2]
    return found[1][1] if [kind for kind, _ in found] == [b"ftyp", b"moov"] else 0


def spans(data: bytes | memoryview, at: int, timescale: int) -> Iterator[Span]:
    """The whole fragments from offset `at` on; ends at the first that is torn."""
    moof: tuple[int, int] | None = None
    for kind, start, end in _boxes(data, at):
        if kind == b"moof":
            moof = start, end
        elif kind == b"mdat" and moof is not None:
            found = _read_moof(data, moof, timescale)
            if found is None:
                return
            first, last, key = found
            yield Span(first, last, moof[0], end - moof[0], key)
            moof = None
        else:
            return


def _boxes(data: bytes | memoryview, at: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of whole boxes at one level."""
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size < 8 or at + size > len(data):
            return
        yield kind, at, at + size
        at += size


def _read_moof(
    data: bytes | memoryview, moof: tuple[int, int], timescale: int
) -> tuple[float, float, bool] | None:
    """Start, end and whether it begins with a key frame; none for a moof that is not ours."""
    body = data[moof[0] : moof[1]]
    for kind, start, _ in _boxes(body, 8):
        if kind == b"traf":
            inner = {name: at for name, at, _ in _boxes(body[:], start + 8)}
            if inner.keys() < {b"tfdt", b"trun"}:
                return None
            (time,) = struct.unpack_from(">Q", body, inner[b"tfdt"] + 12)
            (count,) = struct.unpack_from(">I", body, inner[b"trun"] + 12)
            rows = list(_TRUN.iter_unpack(body[inner[b"trun"] + 20 :][: 12 * count]))
            if not rows or len(rows) != count:
                return None
            length = sum(row[0] for row in rows)
            return time / timescale, (time + length) / timescale, rows[0][2] == SYNC
    return None


def timescale_of(data: bytes | memoryview) -> int:
    """Ticks per second, from the media header in an init; raises `ValueError` without one."""
    at = bytes(data[:4096]).find(b"mdhd")
    if at < 0:
        raise ValueError("no media header")
    (scale,) = struct.unpack_from(">I", data, at + 16)
    return int(scale)
