"""Which receivers are paced, and what leaves to them when: the shell around `pacer`.

Time in, packets on their way and runs begun anew. A receiver is paced while its path is known to be
narrow (`carriage`); all others have no pacer, and their packets nothing to ask.
"""

from collections.abc import Callable
from typing import Final

from server.media.peer import Peer
from server.media.plane import Plane
from server.media.pump import Pump
from server.media.subscription import Subscription
from signaling.congestion.estimate import MOST
from signaling.ids import PeerId

TICK: Final = 0.005
"""Seconds between two looks at what waits."""


class Pacing:
    """The paced receivers of a worker; each one's pacer is bounded."""

    def __init__(self, plane: Plane, pump: Pump) -> None:
        self._plane = plane
        self._pump = pump
        self._peers: dict[PeerId, Peer] = {}

    @property
    def waits(self) -> bool:
        """Whether something waits for its time."""
        return any(map(self.waiting, self._peers.values()))

    def waiting(self, peer: Peer) -> int:
        """Octets of a receiver that wait for their time."""
        pacer = peer.path.pacer if peer.path is not None else None
        return 0 if pacer is None else pacer.octets

    def aim(self, peer: Peer, target: float | None, now: float) -> None:
        """Spread a receiver's pictures by this target (bit/s); none: let all leave at once."""
        path = peer.path
        if path is None:
            return
        if path.pacer is not None:
            path.pacer.aim(MOST if target is None else target)
            if target is None and path.pacer.is_idle:
                path.pacer = None
                self._rebuild(peer)
        elif target is not None:
            path.pacer = path.new_pacer(now, target, peer.rows)
            self._peers[peer.id] = peer
            self._rebuild(peer)

    def tick(self) -> None:
        """Let leave what may, and begin rows anew of which too much waited."""
        for identity, peer in list(self._peers.items()):
            pacer = peer.path.pacer if peer.path is not None else None
            if pacer is None or self._plane.peers.get(identity) is not peer:
                del self._peers[identity]
            elif not pacer.is_idle:
                self._pump.pace(peer)
                for ssrc in pacer.ended():
                    self._begin_anew(peer.rows[ssrc])

    def _begin_anew(self, row: Subscription) -> None:
        row.stop()
        self._plane.change(row)
        self._plane.want_key_frame_of(row.publication)

    def _rebuild(self, peer: Peer) -> None:
        for row in peer.slots.values():
            if row.section.kind == "video":
                self._plane.change(row)


class Ticking:
    """Looks at what waits each `TICK` while anything does, by a loop's `call_later`."""

    def __init__(
        self, pacing: Pacing, pump: Pump, later: Callable[[float, Callable[[], None]], object]
    ) -> None:
        self._pacing = pacing
        self._pump = pump
        self._later = later
        self._is_set = False

    def soon(self) -> None:
        """Something may wait."""
        if not self._is_set and self._pacing.waits:
            self._is_set = True
            self._later(TICK, self._look)

    def _look(self) -> None:
        self._is_set = False
        self._pacing.tick()
        self._pump.flush()
        self.soon()
