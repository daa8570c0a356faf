"""Who is heard: to a quiet peer nothing is sent, and nobody is given up here for being quiet.

Liveness is judged by authenticated packets alone (STUN, SRTP, SRTCP; RFC 7675 leaves consent to the
other end of an ICE-lite server). DTLS does not count: what a handshake says anybody could say, and
after it a browser sends none but its goodbye. Whether a device is gone the server decides, which
hears its signaling as well. Time in, notices out.
"""

from collections.abc import Callable
from typing import Final

from server.media.every import Every
from server.media.ice import QUIET, SILENCE
from server.media.peer import Peer
from server.media.plane import Plane
from server.media.requests import Notice, PeerHeard, PeerQuiet
from signaling.ids import PeerId

PERIOD: Final = 0.1
"""Seconds between two looks for peers that have become quiet."""


class Liveness:
    """Stops and resumes sending as peers fall quiet and are heard."""

    def __init__(self, plane: Plane, notify: Callable[[Notice], None]) -> None:
        self._plane = plane
        self._notify = notify
        self._look = Every(PERIOD)
        self._hushed: set[PeerId] = set()
        self._told: set[PeerId] = set()

    def tick(self, now: float) -> list[Peer]:
        """One round; the peers that never came and are lost in it."""
        for peer in [self._plane.peers.get(each) for each in self._hushed]:
            if peer is not None and now - peer.heard < QUIET:
                self._resume(peer)
        lost = []
        for peer in list(self._plane.peers.values()) if self._look.due(now) else ():
            silent = now - peer.heard
            if silent >= QUIET and peer.route is not None:
                self._plane.hush(peer)
                self._hushed.add(peer.id)
            if silent > SILENCE and self._give_up(peer):
                lost.append(peer)
        self._hushed &= self._plane.peers.keys()
        self._told &= self._plane.peers.keys()
        return lost

    def _resume(self, peer: Peer) -> None:
        self._hushed.discard(peer.id)
        self._plane.heard_again(peer)
        if peer.id in self._told:
            self._told.discard(peer.id)
            self._notify(PeerHeard(peer=peer.id))

    def _give_up(self, peer: Peer) -> bool:
        """Tell once that a peer is quiet; one that never connected is lost: nobody waits for it."""
        if peer.receiving is None:
            return self._plane.lose(peer.id, "silent") is not None
        if peer.id not in self._told:
            self._told.add(peer.id)
            self._notify(PeerQuiet(peer=peer.id))
        return False
