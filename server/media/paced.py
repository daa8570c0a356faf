"""Packets of pictures to receivers that are paced: which wait, and which leave after that. Pure.

The numbers that a packet bears are given when it comes; it is written and encrypted when it leaves,
from what its publication keeps anyway. The reference for what the compiled pump does in
`forward.c`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from server.media.pacer import Pacer, Waiting
from server.media.switching import NONE
from server.media.table import Kept, Packet
from signaling.rtp.frames import marks, renumber

if TYPE_CHECKING:
    from server.media.peer import Peer
    from server.media.publication import Publication
    from server.media.sockets import UdpSocket
    from server.media.table import Lane


def paced(
    publication: Publication, packet: Packet, now: float
) -> Iterator[tuple[UdpSocket, Lane, Packet]]:
    """The rows to which a packet of a picture in one piece goes at once."""
    for socket, lane in publication.paced:
        if packet.order >= lane.first and not waits(publication, lane, packet, now):
            yield socket, lane, packet


def refuses(lane: Lane) -> bool:
    """Whether nothing of a row leaves before it begins anew."""
    pacer = _pacer(lane)
    return pacer is not None and pacer.refuses(lane.ssrc)


def waits(publication: Publication, lane: Lane, packet: Packet, now: float) -> bool:
    """Whether a packet, as the publisher sent it, does not leave now; the lane has its numbers."""
    pacer = _pacer(lane)
    switch = lane.row.switch if lane.row is not None else None
    return pacer is not None and pacer.waits(
        Waiting(
            row=lane.ssrc,
            layer=NONE if switch is None else max(publication.layer, 0),
            order=packet.order,
            timestamp=packet.timestamp,
            number=(packet.order + lane.sequence_offset) & 0xFFFF,
            moment=(packet.timestamp + lane.timestamp_offset) & 0xFFFF_FFFF,
            picture=0 if switch is None else switch.out_picture,
            base=0 if switch is None else switch.out_base,
            size=lane.width + len(packet.payload),
            key=packet.timestamp == publication.key_time,
            newest=packet.order == publication.highest,
        ),
        now,
    )


def leaving(peer: Peer, now: float) -> Iterator[tuple[UdpSocket, Lane, Packet]]:
    """What has waited long enough; each is sent, and so charged, before the next is asked for."""
    pacer = peer.path.pacer if peer.path is not None else None
    while pacer is not None and (waiting := pacer.due(now)) is not None:
        found = _found(peer, waiting)
        if found is None or peer.route is None:
            pacer.gone(waiting)
        else:
            yield peer.route.socket, *found


def _pacer(lane: Lane) -> Pacer | None:
    return None if lane.path is None else lane.path.pacer


def _found(peer: Peer, waiting: Waiting) -> tuple[Lane, Packet] | None:
    """The packet that a waiting one is, and its lane; none if it is not kept any more."""
    row = peer.rows[waiting.row]
    source = row.source
    if source is None:
        return None
    publication = source.publication if waiting.layer == NONE else source.at(waiting.layer)
    kept = publication.find(waiting.order) if publication is not None else None
    lane = row.lane(publication) if publication is not None else None
    if kept is None or lane is None or kept.timestamp != waiting.timestamp:
        return None
    numbered = lane._replace(
        sequence_offset=waiting.number - waiting.order,
        timestamp_offset=waiting.moment - waiting.timestamp,
    )
    return numbered, _packet(publication, kept, waiting)


def _packet(publication: Publication | None, kept: Kept, waiting: Waiting) -> Packet:
    """As it goes out: with the picture numbers that the row's switch gave it."""
    payload = kept.payload
    if publication is not None and waiting.layer != NONE:
        found = marks(publication.codec, payload, 0, len(payload))
        changed = bytearray(payload)
        renumber(changed, found, waiting.picture, waiting.base)
        payload = bytes(changed)
    return Packet(
        kept.order, kept.marker, kept.timestamp, payload, kept.level, begins=False, whole=b""
    )
