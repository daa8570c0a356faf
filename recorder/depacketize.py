"""RTP payloads in order to whole frames, as files hold them. Pure; decodes nothing.

H.264 (RFC 6184) becomes units behind four octets of length, VP8 (RFC 7741), VP9 (RFC 9628) and Opus
(RFC 7587) stay as they are.
"""

from typing import NamedTuple, Protocol

from signaling.events import Codec
from signaling.rtp import h264, vp8, vp9

FRAME_LIMIT = 8 * 1024 * 1024
"""A larger frame is no frame of a classroom's camera; it is dropped as broken."""
PPS = 8
DELIMITER = 9
FILLER = 12
_DROPPED = frozenset((DELIMITER, 10, 11, FILLER))

_OPUS_MS = (10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 10, 20) + (2.5, 5, 10, 20) * 4
_OPUS_S = tuple(_OPUS_MS[first >> 3] / 1000 * (1, 2, 2, 0)[first & 3] for first in range(256))
"""By a packet's first octet; 0 where the second says how many frames there are."""


class Frame(NamedTuple):
    """One picture, or one packet of sound."""

    data: bytes
    """As a file holds it."""
    key: bool
    """Whether a decoder can begin with it."""


class Assembler(Protocol):
    """Puts the payloads of one stream together; one for each codec."""

    def feed(self, packet: bytes, start: int, end: int, marker: bool) -> Frame | None:
        """The frame that this payload, `packet[start:end]`, completes."""

    def lose(self) -> None:
        """Packets are missing here: the unfinished frame is dropped."""


def assembler(codec: Codec) -> Assembler:
    """The one for a codec."""
    match codec:
        case Codec.OPUS:
            return OpusAssembler()
        case Codec.H264:
            return H264Assembler()
        case Codec.VP8:
            return Vp8Assembler()
        case Codec.VP9:
            return Vp9Assembler()


def opus_duration(packet: bytes) -> float:
    """Seconds of sound in an Opus packet (RFC 6716, 3.1 and 3.2.5); 0 for one that is none."""
    if not packet:
        return 0.0
    lasts = _OPUS_S[packet[0]]
    if lasts or len(packet) == 1:
        return lasts
    return _OPUS_MS[packet[0] >> 3] / 1000 * (packet[1] & 63)


class OpusAssembler:
    """A packet is a frame."""

    def feed(self, packet: bytes, start: int, end: int, marker: bool) -> Frame | None:
        """The packet, unless it is empty or longer than 120 ms (RFC 6716, 3.4)."""
        data = bytes(packet[start:end])
        return Frame(data, True) if 0 < opus_duration(data) <= 0.12 else None

    def lose(self) -> None:
        """Nothing is unfinished."""


class Pieces:
    """The unfinished frame of a picture; bounded by `FRAME_LIMIT`."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self.whole = False
        """Whether nothing is missing since the frame's first piece."""

    def begin(self) -> None:
        """A frame begins here."""
        self._parts.clear()
        self._size = 0
        self.whole = True

    def add(self, *parts: bytes) -> None:
        """More of it."""
        self._parts += parts
        self._size += sum(map(len, parts))
        if self._size > FRAME_LIMIT:
            self.drop()

    def drop(self) -> None:
        """It will not be finished."""
        self._parts.clear()
        self._size = 0
        self.whole = False

    def take(self) -> bytes:
        """The frame, empty if pieces are missing; the next may begin."""
        data = b"".join(self._parts) if self.whole else b""
        self.begin()
        return data


class Vp8Assembler:
    """Pieces from the start of the first partition to the marker."""

    def __init__(self) -> None:
        self._pieces = Pieces()

    def feed(self, packet: bytes, start: int, end: int, marker: bool) -> Frame | None:
        """The frame that ends here."""
        found = vp8.descriptor(packet, start, end)
        if found is None:
            return None
        if found.begins:
            self._pieces.begin()
        if self._pieces.whole:
            self._pieces.add(packet[found.data : end])
        if not marker:
            return None
        data = self._pieces.take()
        return Frame(data, not data[0] & 1) if data else None

    def lose(self) -> None:
        """Drops the unfinished frame."""
        self._pieces.drop()


class Vp9Assembler:
    """Pieces from a frame's first packet to its last; one spatial layer."""

    def __init__(self) -> None:
        self._pieces = Pieces()
        self._key = False

    def feed(self, packet: bytes, start: int, end: int, marker: bool) -> Frame | None:
        """The frame that ends here."""
        found = vp9.descriptor(packet, start, end)
        if found is None or found.spatial:
            return None
        if found.begins:
            self._pieces.begin()
            self._key = not found.predicted
        if self._pieces.whole:
            self._pieces.add(packet[found.data : end])
        if not (marker or found.ends):
            return None
        data = self._pieces.take()
        return Frame(data, self._key) if data else None

    def lose(self) -> None:
        """Drops the unfinished frame."""
        self._pieces.drop()


class H264Assembler:
    """NAL units up to the marker, each behind its length; every key frame with its parameter sets.

    After a loss it waits for the marker or for a parameter set: a slice does not say whether the
    slices before it are missing.
    """

    def __init__(self) -> None:
        self._units: list[bytes] = []
        self._fragments: list[bytes] = []
        self._size = 0
        self._whole = True
        self._sps = b""
        self._pps = b""

    def feed(self, packet: bytes, start: int, end: int, marker: bool) -> Frame | None:
        """The access unit that ends here."""
        if start < end:
            self._payload(packet, start, end)
        if not marker:
            return None
        units, whole = self._units, self._whole and not self._fragments
        self._begin()
        return self._frame(units) if whole and units else None

    def lose(self) -> None:
        """Drops the unfinished access unit."""
        self._begin()
        self._whole = False

    def _begin(self) -> None:
        self._units = []
        self._fragments = []
        self._size = 0
        self._whole = True

    def _payload(self, packet: bytes, start: int, end: int) -> None:
        kind = packet[start] & 31
        if not self._whole:
            if h264.SPS not in h264.unit_types(packet, start, end):
                return
            self._whole = True
        self._size += end - start
        if self._size > FRAME_LIMIT:
            self.lose()
        elif kind == h264.FU_A:
            self._fragment(packet, start, end)
        elif kind == h264.STAP_A:
            self._aggregate(packet, start + 1, end)
        elif 1 <= kind <= 23:
            self._unit(bytes(packet[start:end]))

    def _fragment(self, packet: bytes, start: int, end: int) -> None:
        """One FU-A (RFC 6184, 5.8): its unit's first octet is put together from two."""
        if end - start < 3:
            return
        flags = packet[start + 1]
        if flags & 0x80:
            self._fragments = [bytes(((packet[start] & 0xE0) | (flags & 31),))]
        if self._fragments:
            self._fragments.append(packet[start + 2 : end])
            if flags & 0x40:
                self._unit(b"".join(self._fragments))
                self._fragments = []

    def _aggregate(self, packet: bytes, at: int, end: int) -> None:
        """One STAP-A (RFC 6184, 5.7.1)."""
        while at + 2 < end:
            size = packet[at] << 8 | packet[at + 1]
            if not size or at + 2 + size > end:
                return
            self._unit(bytes(packet[at + 2 : at + 2 + size]))
            at += 2 + size

    def _unit(self, unit: bytes) -> None:
        kind = unit[0] & 31
        if kind == h264.SPS:
            self._sps = unit
        elif kind == PPS:
            self._pps = unit
        if kind not in _DROPPED:
            self._units.append(unit)

    def _frame(self, units: list[bytes]) -> Frame | None:
        kinds = [unit[0] & 31 for unit in units]
        key = h264.IDR in kinds
        if key and h264.SPS not in kinds:
            if not self._sps:
                return None
            units = [self._sps, self._pps, *units]
        if not any(1 <= kind <= h264.IDR for kind in kinds):
            return None
        return Frame(b"".join(part for u in units for part in (len(u).to_bytes(4, "big"), u)), key)
