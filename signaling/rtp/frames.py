"""What a packet of a picture says of its frame, as whoever switches layers has to know it. Pure.

The same few integers for every codec, so that they can be handed to a compiled pump as they are.
"""

from typing import Final, NamedTuple

from signaling.events import Codec
from signaling.rtp import h264, vp8, vp9
from signaling.rtp.header import Buffer

KEY: Final = 1
"""A decoder that has seen nothing of this layer can begin with this packet."""
FIRST: Final = 2
"""The first packet of its frame."""
SYNCED: Final = 4
"""The frame needs pictures of the lowest temporal layer alone (VP8)."""
RISES: Final = 8
"""Later frames need none of higher temporal layers from before this one (VP9)."""


class Marks(NamedTuple):
    """Of one packet; a number that it does not have is -1."""

    flags: int
    """`KEY`, `FIRST`, `SYNCED`, `RISES`."""
    temporal: int
    """Temporal layer, 0 where none is told."""
    picture: int
    """Picture number."""
    picture_bits: int
    """How many bits it has: 7 or 15, 0 for none."""
    picture_at: int
    """Its offset in the payload."""
    base: int
    """Number of the lowest temporal layer's picture, 8 bits."""
    base_at: int
    """Its offset in the payload."""


PLAIN: Final = Marks(0, 0, -1, 0, 0, -1, 0)
"""What is known of a payload that cannot be read."""


def marks(codec: Codec, packet: Buffer, start: int, end: int) -> Marks:
    """The marks of `packet[start:end]`, one payload; never raises."""
    match codec:
        case Codec.VP8:
            return _vp8(packet, start, end)
        case Codec.VP9:
            return _vp9(packet, start, end)
        case Codec.H264:
            # A slice alone is no beginning: another layer has other parameter sets.
            starts = any(kind == h264.SPS for kind in h264.unit_types(packet, start, end))
            return PLAIN._replace(flags=(KEY | FIRST) * starts)
        case Codec.OPUS:
            return PLAIN._replace(flags=KEY | FIRST)


def _vp8(packet: Buffer, start: int, end: int) -> Marks:
    found = vp8.descriptor(packet, start, end)
    if found is None:
        return PLAIN
    key = found.begins and not packet[found.data] & 1
    return Marks(
        KEY * key | FIRST * found.begins | SYNCED * found.synced,
        found.temporal or 0,
        *_number(found.picture, found.picture_bits, found.picture_at - start),
        *_base(found.base, found.base_at - start),
    )


def _vp9(packet: Buffer, start: int, end: int) -> Marks:
    found = vp9.descriptor(packet, start, end)
    if found is None:
        return PLAIN
    first = found.begins and not found.spatial
    key = first and not found.predicted
    return Marks(
        KEY * key | FIRST * first | RISES * found.rises,
        found.temporal,
        *_number(found.picture, found.picture_bits, 1),
        *_base(found.base, found.base_at - start),
    )


def _number(picture: int | None, bits: int, at: int) -> tuple[int, int, int]:
    return (-1, 0, 0) if picture is None else (picture, bits, at)


def _base(base: int | None, at: int) -> tuple[int, int]:
    return (-1, 0) if base is None else (base, at)


def renumber(payload: bytearray, found: Marks, picture: int, base: int) -> None:
    """Write other numbers where the payload has such; each is cut to the bits there are."""
    if found.picture_bits == 15:
        payload[found.picture_at] = 0x80 | picture >> 8 & 0x7F
        payload[found.picture_at + 1] = picture & 0xFF
    elif found.picture_bits:
        payload[found.picture_at] = picture & 0x7F
    if found.base >= 0:
        payload[found.base_at] = base & 0xFF
