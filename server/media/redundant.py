"""A packet of a sound with those before it, for receivers whose path loses. Pure.

The packets that are repeated are those that the publication keeps, once for all its receivers. The
reference for what the compiled pump does in `redundant.c`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from signaling.rtp import red

if TYPE_CHECKING:
    from server.media.publication import Publication
    from server.media.sockets import UdpSocket
    from server.media.table import Lane, Packet


def redundant(publication: Publication, packet: Packet) -> Iterator[tuple[UdpSocket, Lane, Packet]]:
    """The rows that repeat, each with its lane and payload; rows that are alike share one."""
    made: dict[tuple[int, int], Packet] = {}
    for socket, lane in publication.redundant:
        # Nothing is repeated from before the row's own beginning.
        count = max(0, min(lane.copies, packet.order - lane.first))
        key = lane.inner, count
        if key not in made:
            made[key] = packet._replace(payload=_payload(publication, packet, *key))
        yield socket, lane, made[key]


def _payload(publication: Publication, packet: Packet, inner: int, count: int) -> bytes:
    first = max(packet.order - count, publication.oldest)
    before = [
        (kept.timestamp, kept.payload)
        for kept in map(publication.find, range(first, packet.order))
        if kept is not None
    ]
    return red.redundant(inner, packet.timestamp, packet.payload, before)
