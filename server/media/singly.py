"""The rows that get a packet in a way of their own, one by one. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from server.media.paced import paced
from server.media.redundant import redundant
from server.media.switched import switched

if TYPE_CHECKING:
    from server.media.publication import Publication
    from server.media.sockets import UdpSocket
    from server.media.table import Lane, Packet


def singly(
    publication: Publication, packet: Packet, now: float
) -> Iterator[tuple[UdpSocket, Lane, Packet]]:
    """Each with its lane and what it gets: another number, what came before it too, or later."""
    if publication.over or publication.together is not None:
        yield from switched(publication, packet, now)
    if publication.redundant:
        yield from redundant(publication, packet)
    if publication.paced:
        yield from paced(publication, packet, now)
