"""Encoded frames into RTP payloads; pure bytes.

H.264 after RFC 6184 with packetization-mode 1, VP8 after RFC 7741, VP9 after RFC 9628 (one layer),
Opus after RFC 7587.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from signaling.events import Codec

LARGEST = 1150
"""Bytes of payload that fit a packet with header, extensions, SRTP and RTX on every path."""

STAP_A = 24
FU_A = 28


class Packetizer(Protocol):
    """Cuts one encoded frame after another."""

    def payloads(self, frame: bytes, key: bool) -> list[bytes]:
        """The payloads of one frame, in order of sending."""
        ...


class OpusPackets:
    """One Opus packet is one payload."""

    def payloads(self, frame: bytes, key: bool) -> list[bytes]:
        """The frame itself."""
        return [frame]


class H264Packets:
    """Small units of a frame travel together (STAP-A), large ones in pieces (FU-A)."""

    def payloads(self, frame: bytes, key: bool) -> list[bytes]:
        """The payloads of one access unit in Annex B form."""
        payloads: list[bytes] = []
        small: list[bytes] = []
        for unit in nal_units(frame):
            if small and _aggregate_size(small) + 2 + len(unit) > LARGEST:
                payloads.append(_aggregate(small))
                small = []
            if len(unit) > LARGEST:
                payloads += _fragments(unit)
            else:
                small.append(unit)
        if small:
            payloads.append(_aggregate(small))
        return payloads


def nal_units(frame: bytes) -> Iterator[bytes]:
    """The NAL units between the start codes of an Annex B stream."""
    start = frame.find(b"\0\0\1")
    while start >= 0:
        start += 3
        end = frame.find(b"\0\0\1", start)
        unit = frame[start:] if end < 0 else frame[start:end].rstrip(b"\0")
        if unit:
            yield unit
        start = end


def _aggregate_size(units: list[bytes]) -> int:
    return 1 + sum(2 + len(unit) for unit in units)


def _aggregate(units: list[bytes]) -> bytes:
    if len(units) == 1:
        return units[0]
    importance = max(unit[0] & 0x60 for unit in units)
    parts = [len(unit).to_bytes(2, "big") + unit for unit in units]
    return bytes([importance | STAP_A]) + b"".join(parts)


def _fragments(unit: bytes) -> list[bytes]:
    indicator = (unit[0] & 0xE0) | FU_A
    kind = unit[0] & 0x1F
    body = unit[1:]
    pieces = [body[at : at + LARGEST - 2] for at in range(0, len(body), LARGEST - 2)]
    last = len(pieces) - 1
    return [
        bytes([indicator, kind | (0x80 if at == 0 else 0) | (0x40 if at == last else 0)]) + piece
        for at, piece in enumerate(pieces)
    ]


@dataclass
class Vp8Packets:
    """VP8 with a picture number of 15 bits."""

    picture: int
    """Number of the next picture."""

    def payloads(self, frame: bytes, key: bool) -> list[bytes]:
        """The payloads of one frame; the first alone starts its partition."""
        number = (0x8000 | self.picture).to_bytes(2, "big")
        self.picture = (self.picture + 1) & 0x7FFF
        room = LARGEST - 4
        return [
            bytes([0x80 | (0x10 if at == 0 else 0), 0x80]) + number + frame[at : at + room]
            for at in range(0, len(frame), room)
        ]


@dataclass
class Vp9Packets:
    """VP9 of one layer, not in flexible mode; key frames tell their size."""

    picture: int
    """Number of the next picture."""
    width: int
    """Of the picture, in pixels."""
    height: int
    """Of the picture, in pixels."""

    def payloads(self, frame: bytes, key: bool) -> list[bytes]:
        """The payloads of one frame."""
        number = (0x8000 | self.picture).to_bytes(2, "big")
        self.picture = (self.picture + 1) & 0x7FFF
        structure = self._structure() if key else b""
        room = LARGEST - 3 - len(structure)
        starts = range(0, len(frame), room)
        return [
            self._descriptor(at == 0, at == starts[-1], key, number, structure)
            + frame[at : at + room]
            for at in starts
        ]

    def _descriptor(
        self, first: bool, last: bool, key: bool, number: bytes, structure: bytes
    ) -> bytes:
        described = structure if first else b""
        flags = (
            0x80
            | (0 if key else 0x40)
            | (0x08 if first else 0)
            | (0x04 if last else 0)
            | (0x02 if described else 0)
        )
        return bytes([flags]) + number + described

    def _structure(self) -> bytes:
        # One spatial layer with its size; a group of one picture that refers to the one before.
        size = self.width.to_bytes(2, "big") + self.height.to_bytes(2, "big")
        return b"\x18" + size + b"\x01\x04\x01"


def packetizer(codec: Codec, picture: int, size: tuple[int, int]) -> Packetizer:
    """What cuts this codec; `picture` is the (random) first picture number, 15 bits."""
    match codec:
        case Codec.OPUS:
            return OpusPackets()
        case Codec.H264:
            return H264Packets()
        case Codec.VP8:
            return Vp8Packets(picture)
        case Codec.VP9:
            return Vp9Packets(picture, *size)
