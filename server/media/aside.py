"""What the pump puts aside for the control half, in a bounded queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from server.media.peer import Peer
    from server.media.sockets import UdpSocket

CONTROL_QUEUE: Final = 1024
"""Datagrams for the control half that may wait; the newest are dropped."""


class Datagram(NamedTuple):
    """What the control half has to look at."""

    socket: UdpSocket
    """Which of our addresses it came to."""
    raw: bytes
    """From where, as the kernel writes it."""
    data: bytes
    """STUN, DTLS, or what is left of RTCP: plain, without what the pump saw to itself."""
    at: float
    """When it came."""
    peer: Peer | None = None
    """Whose keys opened it: of RTCP alone."""
