"""A receiver's word on its packets: noted, and what it misses sent again, by the pump itself. Pure.

The reference for the compiled pump's `rtcp.c`.
"""

from typing import Protocol

from server.media import compound
from server.media.peer import Peer
from signaling.congestion.wide_feedback import read_wide


class Sends(Protocol):
    """What sends again; `number_at` is where the transport-wide number stands in the extensions."""

    def send(self, peer: Peer, plain: bytes, number_at: int) -> None:
        """A plain packet, under a number that is new."""

    def repeat(self, peer: Peer, datagram: bytes, number_at: int) -> None:
        """An encrypted one, as it was."""


def answer(pump: Sends, peer: Peer, plain: bytes, now: float) -> bytes:
    """See to the RTCP of a peer; what is left is the control half's."""
    found = compound.read(plain)
    for reception in found.receptions:
        peer.reported(reception, now)
    for nack in found.nacks:
        row = peer.rows.get(nack.ssrc)
        if row is not None:
            for packet in row.resend(nack.sequences, now):
                pump.send(peer, packet, row.number_at)
            for datagram in row.repeat(nack.sequences, now):
                pump.repeat(peer, datagram, row.number_at)
    if peer.path is not None:
        for feedback in read_wide(plain):
            peer.path.heard(feedback, now)
    return found.rest
