"""Packets inside others: of retransmissions (RFC 4588) and redundant sound (RFC 2198). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signaling.rtp.header import FIXED, LENGTH, Header
from signaling.rtp.red import stripped

if TYPE_CHECKING:
    from server.media.publication import Publication

_PADDED = 0x20


def carried(
    publication: Publication, plain: memoryview, header: Header
) -> tuple[int, bytes] | None:
    """Index and packet inside one; none if it is broken, or nobody misses it.

    An index of -1 is that of a packet that is too late, or here already.
    """
    if header.payload_type == publication.rtx_type:
        return _repaired(publication, plain, header)
    whole = _unwrapped(publication, plain, header)
    return None if whole is None else (publication.place(header.ssrc, header.sequence), whole)


def _repaired(
    publication: Publication, plain: memoryview, header: Header
) -> tuple[int, bytes] | None:
    """What a retransmission repairs (RFC 4588, 4)."""
    start = header.payload + 2
    if publication.ssrc is None or start >= header.end:
        return None
    sequence = plain[start - 2] << 8 | plain[start - 1]
    index = publication.missing(sequence)
    if index < 0:
        return None
    body = bytes(plain[start : header.end])
    return index, _written(publication, plain, header, (sequence, publication.ssrc), body)


def _unwrapped(publication: Publication, plain: memoryview, header: Header) -> bytes | None:
    """The packet itself of redundant sound, without what it repeats."""
    block = stripped(bytes(plain[header.payload : header.end]), header.timestamp)
    if block is None or block.payload_type != publication.payload_type:
        return None
    return _written(publication, plain, header, (header.sequence, header.ssrc), block.data)


def _written(
    publication: Publication,
    plain: memoryview,
    header: Header,
    name: tuple[int, int],
    body: bytes,
) -> bytes:
    """A packet of the publication with another's time and extensions, and no padding."""
    marker = 128 if header.marker else 0
    kind = marker | publication.payload_type
    head = FIXED.pack(plain[0] & ~_PADDED, kind, name[0], header.timestamp, name[1])
    return head + bytes(plain[LENGTH : header.payload]) + body
