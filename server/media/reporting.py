"""What a receiver's reports say once a second, for the estimate of one without wide feedback.

The shell around `reported`: rows and reports in, room out.
"""

from typing import Final

from server.media.downward import Downward
from server.media.every import Every
from server.media.peer import Peer
from server.media.reported import Reported
from signaling.rtp.header import LENGTH

SECOND: Final = 1.0
HEADERS: Final = LENGTH + 28
"""Octets of a packet beside its payload: RTP, UDP, IPv4."""


class Reporting:
    """One receiver."""

    def __init__(self, now: float) -> None:
        self.reported = Reported(now)
        """Its estimate."""
        self._seconds = Every(SECOND)
        self._counted: dict[int, tuple[int, int]] = {}

    @property
    def due_at(self) -> float:
        """When a second has passed."""
        return self._seconds.at

    def tick(self, peer: Peer, downward: Downward, now: float) -> None:
        """Take in what was sent and told, once a second."""
        if not self._seconds.due(now):
            return
        downward.read()
        packets, octets, lost = 0, 0, 0.0
        for row in peer.slots.values():
            total = row.sent(row.publication)
            before = self._counted.get(row.ssrc, total)
            self._counted[row.ssrc] = total
            more = total[0] - before[0] & 0xFFFF_FFFF
            packets += more
            octets += (total[1] - before[1] & 0xFFFF_FFFF) + HEADERS * more
            lost += more * downward.lost(row.ssrc)
        loss = min(lost / packets, 1.0) if packets else 0.0
        self.reported.step(packets, loss, octets, downward.newest_trip(), now)
