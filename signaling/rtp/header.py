"""Reading RTP packets: fixed header, padding, header extensions (RFC 3550 5.1, RFC 8285).

Offsets into the packet are returned instead of slices, so that nothing is copied. Pure.
"""

import struct
from typing import NamedTuple

Buffer = bytes | bytearray | memoryview

FIXED = struct.Struct("!BBHII")
"""First byte, marker and payload type, sequence number, timestamp, SSRC."""
LENGTH = FIXED.size
"""Octets of a header without CSRC and extensions."""
ONE_BYTE = 0xBEDE
"""Profile of one-byte extension headers (RFC 8285, 4.2)."""
TWO_BYTES = 0x1000
"""Profile of two-byte extension headers; its low four bits are free (RFC 8285, 4.3)."""

_WORD = struct.Struct("!HH")


class Header(NamedTuple):
    """What stands before the payload, and where things are."""

    marker: bool
    """End of a picture, or begin of a talkspurt."""
    payload_type: int
    """0 to 127; what the agreement says it is."""
    sequence: int
    """16 bits."""
    timestamp: int
    """32 bits, in ticks of the codec's clock."""
    ssrc: int
    """32 bits."""
    profile: int
    """Of the extension block: `ONE_BYTE`, `TWO_BYTES` and up, another, or 0 for none."""
    extensions: int
    """Offset of the first extension element; the payload's where there is no block."""
    payload: int
    """Offset of the first octet of the payload."""
    end: int
    """Offset behind its last octet: padding is left out."""


def is_rtcp(packet: Buffer) -> bool:
    """Whether a packet of a muxed stream is RTCP, by its second octet (RFC 5761, 4)."""
    return len(packet) > 1 and 192 <= packet[1] <= 223


def read(packet: Buffer) -> Header:
    """The header of one RTP packet; raises `ValueError` for what is none."""
    if len(packet) < LENGTH:
        raise ValueError("an RTP packet is cut short")
    first, second, sequence, timestamp, ssrc = FIXED.unpack_from(packet)
    if first >> 6 != 2:
        raise ValueError("not version 2 of RTP")
    profile, start, payload = _extension_block(packet, first)
    end = len(packet) - _padding(packet, first)
    if payload > end:
        raise ValueError("an RTP packet is shorter than its header says")
    return Header(
        second > 127, second & 127, sequence, timestamp, ssrc, profile, start, payload, end
    )


def _extension_block(packet: Buffer, first: int) -> tuple[int, int, int]:
    """Profile, offset of the first element, offset behind the block."""
    at = LENGTH + 4 * (first & 15)
    if not first & 16:
        return 0, at, at
    if len(packet) < at + 4:
        raise ValueError("an RTP header extension is cut short")
    profile, words = _WORD.unpack_from(packet, at)
    return profile, at + 4, at + 4 + 4 * words


def _padding(packet: Buffer, first: int) -> int:
    """Octets of padding at the end, the count itself among them."""
    if not first & 32:
        return 0
    if not packet[-1]:
        raise ValueError("an RTP packet has padding of no length")
    return packet[-1]


def extensions(packet: Buffer, header: Header) -> dict[int, tuple[int, int]]:
    """Id of each extension to offset and length of its value; of a repeated id the last one.

    A block that is cut short ends at its last whole element; a block of another profile has none.
    """
    if header.profile == ONE_BYTE:
        return _one_byte(packet, header.extensions, header.payload)
    if header.profile & 0xFFF0 == TWO_BYTES:
        return _two_bytes(packet, header.extensions, header.payload)
    return {}


def _one_byte(packet: Buffer, at: int, end: int) -> dict[int, tuple[int, int]]:
    found = {}
    while at < end:
        head = packet[at]
        at += 1
        if not head:
            continue
        number, length = head >> 4, (head & 15) + 1
        if number == 15 or at + length > end:
            break
        found[number] = at, length
        at += length
    return found


def _two_bytes(packet: Buffer, at: int, end: int) -> dict[int, tuple[int, int]]:
    found = {}
    while at + 1 < end:
        number = packet[at]
        at += 1
        if not number:
            continue
        length = packet[at]
        at += 1
        if at + length > end:
            break
        found[number] = at, length
        at += length
    return found


def extension_block(elements: dict[int, bytes]) -> bytes:
    """A header extension block with its own four octets, padded; empty for no elements.

    One-byte headers; raises `ValueError` for an id or a length that does not fit them.
    """
    body = b""
    for number, value in elements.items():
        if not (1 <= number <= 14 and 1 <= len(value) <= 16):
            raise ValueError("an extension does not fit a one-byte header")
        body += bytes([number << 4 | len(value) - 1]) + value
    if not body:
        return b""
    body += bytes(-len(body) % 4)
    return _WORD.pack(ONE_BYTE, len(body) // 4) + body
