"""A packet of a source in layers, as each receiver that chooses has to get it. Pure.

The reference for what the compiled pump does in `switch.c` and `forward.c`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from server.media.paced import refuses, waits
from server.media.switching import NEWEST, Switch
from server.media.together import goes
from signaling.rtp.frames import Marks, marks, renumber

if TYPE_CHECKING:
    from server.media.publication import Publication
    from server.media.sockets import UdpSocket
    from server.media.table import Lane, Packet


def switched(
    publication: Publication, packet: Packet, now: float
) -> Iterator[tuple[UdpSocket, Lane, Packet]]:
    """The rows that the packet passes to alone, each with its lane and payload.

    What is not the newest may pass to some of those that go together: they get it alone, too.
    """
    found = marks(publication.codec, packet.payload, 0, len(packet.payload))
    flags = found.flags
    over, together = publication.over, publication.together
    if packet.order == publication.highest:
        flags |= NEWEST
        if together is not None:
            together.note(packet, found, now)
    elif together is not None:
        over = publication.each
    for socket, lane in over:
        switch = lane.row.switch if lane.row is not None else None
        if switch is None or refuses(lane):
            continue
        if switch.take(
            max(publication.layer, 0),
            packet.order,
            packet.timestamp,
            int(now * switch.clock_rate),
            flags,
            *found[1:3],
            found.base,
        ):
            switch.octets += len(packet.payload)
            if together is not None and flags & NEWEST and goes(lane, publication.layer):
                together.is_broken = True
            numbered = _numbered(lane, switch, packet)
            if not waits(publication, numbered, packet, now):
                yield socket, numbered, _written(packet, found, switch)


def _numbered(lane: Lane, switch: Switch, packet: Packet) -> Lane:
    """The lane with the offsets that this packet needs."""
    return lane._replace(
        sequence_offset=switch.out_sequence - packet.order,
        timestamp_offset=switch.out_timestamp - packet.timestamp,
    )


def _written(packet: Packet, found: Marks, switch: Switch) -> Packet:
    return packet._replace(payload=rewritten(packet.payload, found, switch))


def rewritten(payload: bytes, found: Marks, switch: Switch) -> bytes:
    """The payload with the picture numbers that the switch gave it last."""
    if not found.picture_bits and found.base < 0:
        return payload
    changed = bytearray(payload)
    renumber(changed, found, switch.out_picture, switch.out_base)
    return bytes(changed)
