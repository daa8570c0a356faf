"""H.264 payloads (RFC 6184): which units a packet begins, and key frames. Pure."""

from collections.abc import Iterator

from signaling.rtp.header import Buffer

IDR = 5
"""A slice of a picture that needs no other."""
SPS = 7
"""Sequence parameter set: size and profile."""
STAP_A = 24
"""Several whole units in one packet (5.7.1)."""
FU_A = 28
"""A piece of one unit (5.8)."""


def unit_types(packet: Buffer, start: int, end: int) -> Iterator[int]:
    """Types of the NAL units that begin in a payload; ends at the first that is cut short."""
    if start >= end:
        return
    kind = packet[start] & 31
    if kind == STAP_A:
        yield from _aggregated(packet, start + 1, end)
    elif kind == FU_A:
        if end - start > 1 and packet[start + 1] & 0x80:
            yield packet[start + 1] & 31
    elif 1 <= kind <= 23:
        yield kind


def _aggregated(packet: Buffer, at: int, end: int) -> Iterator[int]:
    while at + 2 < end:
        size = packet[at] << 8 | packet[at + 1]
        if not size or at + 2 + size > end:
            return
        yield packet[at + 2] & 31
        at += 2 + size


def starts_key_frame(packet: Buffer, start: int, end: int) -> bool:
    """Whether a payload holds a parameter set or the beginning of an IDR slice.

    Publishers put SPS and PPS in front of every IDR picture; whoever begins at the slice alone
    has the parameter sets from before, or sees that they are missing.
    """
    return any(kind in (SPS, IDR) for kind in unit_types(packet, start, end))
