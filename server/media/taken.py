"""What an authentic packet is to its publication: one of its own sequence, or none. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.media.carried import carried
from server.media.naming import level_of
from server.media.sockets import PACKET_LIMIT
from server.media.table import Packet
from signaling.rtp.codecs import starts_key_frame
from signaling.rtp.header import Header, read

if TYPE_CHECKING:
    from server.media.publication import Publication

Extensions = dict[int, tuple[int, int]]
"""Where the value of each header extension stands, and its octets."""


def taken(
    publication: Publication, plain: memoryview, header: Header, found: Extensions
) -> Packet | None:
    """The packet that this is, or has inside; none if it is late, here already or of no use."""
    if not publication.is_current:
        return None
    if header.payload_type in (publication.rtx_type, publication.red_type):
        inside = carried(publication, plain, header)
        if inside is None:
            return None
        whole = memoryview(inside[1])
        return _packet(publication, inside[0], whole, read(whole), found)
    if header.payload_type != publication.payload_type:
        return None
    index = publication.place(header.ssrc, header.sequence)
    return _packet(publication, index, plain, header, found)


def _packet(
    publication: Publication, index: int, plain: memoryview, header: Header, found: Extensions
) -> Packet | None:
    if index < 0 or header.end - header.payload > PACKET_LIMIT:
        return None
    tapped = publication.source.handle is not None
    return Packet(
        index,
        128 if header.marker else 0,
        header.timestamp,
        bytes(plain[header.payload : header.end]),
        level_of(publication, plain, found),
        starts_key_frame(publication.codec, plain, header.payload, header.end),
        bytes(plain) if tapped else b"",
    )
