"""VP9 payloads (RFC 9628): descriptor and key frames. Pure."""

from typing import NamedTuple

from signaling.rtp.header import Buffer


class Descriptor(NamedTuple):
    """What stands before the piece of a frame (RFC 9628, 4.2)."""

    predicted: bool
    """Whether the frame needs earlier pictures (P)."""
    begins: bool
    """First packet of a frame (B)."""
    ends: bool
    """Last packet of a frame (E)."""
    picture: int | None
    """Picture number, 7 or 15 bits."""
    temporal: int
    """Temporal layer, 0 where none is told."""
    spatial: int
    """Spatial layer, 0 where none is told."""
    data: int
    """Offset of the frame's octets."""
    picture_bits: int = 0
    """How many bits the picture number has; 0 for none."""
    base: int | None = None
    """Number of the lowest temporal layer's picture (TL0PICIDX), 8 bits."""
    base_at: int = 0
    """Its offset, if there is one."""
    rises: bool = False
    """Whether later pictures need none of higher temporal layers from before this one (U)."""


def descriptor(packet: Buffer, start: int, end: int) -> Descriptor | None:
    """The descriptor at `start`; none if it is cut short or nothing follows it."""
    try:
        found = _read(packet, start)
    except IndexError:
        return None
    return found if found.data < end else None


def _read(packet: Buffer, at: int) -> Descriptor:
    first = packet[at]
    picture, at, bits = _picture(packet, at + 1) if first & 0x80 else (None, at + 1, 0)
    flexible, layers, base, base_at = bool(first & 0x10), 0, None, 0
    if first & 0x20:
        layers = packet[at]
        if not flexible:
            base, base_at = packet[at + 1], at + 1
        at += 1 if flexible else 2
    if flexible and first & 0x40:
        at = _behind_references(packet, at)
    if first & 0x02:
        at = _behind_structure(packet, at)
    begins, ends = bool(first & 0x08), bool(first & 0x04)
    return Descriptor(
        bool(first & 0x40),
        begins,
        ends,
        picture,
        layers >> 5,
        layers >> 1 & 7,
        at,
        bits,
        base,
        base_at,
        bool(layers & 0x10),
    )


def _picture(packet: Buffer, at: int) -> tuple[int, int, int]:
    """The picture number, the offset behind it, and its bits."""
    if packet[at] & 0x80:
        return (packet[at] & 127) << 8 | packet[at + 1], at + 2, 15
    return packet[at], at + 1, 7


def _behind_references(packet: Buffer, at: int) -> int:
    """Behind at most three reference differences, the last without its low bit."""
    for _ in range(3):
        at += 1
        if not packet[at - 1] & 1:
            break
    return at


def _behind_structure(packet: Buffer, at: int) -> int:
    """Behind the scalability structure: sizes of layers, and a picture group."""
    head = packet[at]
    at += 1
    if head & 0x10:
        at += 4 * ((head >> 5) + 1)
    if head & 0x08:
        pictures = packet[at]
        at += 1
        for _ in range(pictures):
            at += 1 + (packet[at] >> 2 & 3)
    return at


def starts_key_frame(packet: Buffer, start: int, end: int) -> bool:
    """Whether a payload is the beginning of a lowest-layer frame that needs no other."""
    found = descriptor(packet, start, end)
    return found is not None and found.begins and not found.predicted and not found.spatial
