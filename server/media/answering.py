"""A receiver's word on its packets: noted, and what it misses sent again, by the pump itself. Pure.

The reference for the compiled pump's `rtcp.c`.
"""

from collections.abc import Callable

from server.media import compound
from server.media.peer import Peer
from server.media.wide_feedback import read_wide


def answer(send: Callable[[Peer, bytes, int], None], peer: Peer, plain: bytes, now: float) -> bytes:
    """See to the RTCP of a peer; what is left is the control half's.

    `send` gets each RTX packet and where in its extension block the transport-wide number stands.
    """
    found = compound.read(plain)
    for reception in found.receptions:
        peer.reported(reception, now)
    for nack in found.nacks:
        row = peer.rows.get(nack.ssrc)
        if row is not None:
            for packet in row.resend(nack.sequences, now):
                send(peer, packet, row.number_at)
    if peer.path is not None:
        for feedback in read_wide(plain):
            peer.path.heard(feedback, now)
    return found.rest
