"""VP8 payloads (RFC 7741): descriptor and key frames. Pure."""

from typing import NamedTuple

from signaling.rtp.header import Buffer


class Descriptor(NamedTuple):
    """What stands before the piece of a frame (RFC 7741, 4.2)."""

    begins: bool
    """Start of the first partition of a frame."""
    picture: int | None
    """Picture number, 7 or 15 bits."""
    picture_bits: int
    """How many bits it has; 0 for none."""
    temporal: int | None
    """Temporal layer, 0 to 3."""
    data: int
    """Offset of the frame's octets."""
    picture_at: int = 0
    """Offset of the picture number, if there is one."""
    base: int | None = None
    """Number of the lowest temporal layer's picture (TL0PICIDX), 8 bits."""
    base_at: int = 0
    """Its offset, if there is one."""
    synced: bool = False
    """Whether the frame needs pictures of the lowest temporal layer alone (Y)."""


def descriptor(packet: Buffer, start: int, end: int) -> Descriptor | None:
    """The descriptor at `start`; none if it is cut short or nothing follows it."""
    try:
        found = _read(packet, start)
    except IndexError:
        return None
    return found if found.data < end else None


def _read(packet: Buffer, at: int) -> Descriptor:
    first = packet[at]
    at += 1
    begins = bool(first & 0x10) and not first & 7
    if not first & 0x80:
        return Descriptor(begins, None, 0, None, at)
    flags = packet[at]
    at += 1
    picture, bits, picture_at = None, 0, at
    if flags & 0x80:
        picture, bits = packet[at], 7
        if picture & 0x80:
            picture, bits = (picture & 127) << 8 | packet[at + 1], 15
        at += 1 if bits == 7 else 2
    base, base_at = packet[at] if flags & 0x40 else None, at
    at += bool(flags & 0x40)
    temporal = packet[at] >> 6 if flags & 0x20 else None
    synced = bool(flags & 0x20 and packet[at] & 0x20)
    at += bool(flags & 0x30)
    return Descriptor(begins, picture, bits, temporal, at, picture_at, base, base_at, synced)


def starts_key_frame(packet: Buffer, start: int, end: int) -> bool:
    """Whether a payload is the beginning of a frame that needs no other (RFC 6386, 9.1)."""
    found = descriptor(packet, start, end)
    return found is not None and found.begins and not packet[found.data] & 1
