"""The control half of a peer that receives: what it asks for, and the publishers' clocks for it.

Pure: reports, requests and time in, packets and facts out.
"""

from server.media import feedback
from server.media.peer import Peer
from server.media.publication import Publication
from server.media.subscription import Subscription


class Downward:
    """How one receiver gets what it gets."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self.round_trip: float | None = None
        """Seconds, by its last report that named one of ours; none before."""
        self._newest_trip: float | None = None
        self._losses: dict[int, float] = {}
        self._latest: dict[int, float] = {}
        self._counted: dict[int, tuple[int, int]] = {}

    def read(self) -> None:
        """Take in what the peer's receiver reports said since the last call."""
        for reception, at in self._peer.receptions():
            self.reported(reception, at)

    def reported(self, reception: feedback.Reception, now: float) -> None:
        """A report on one of our rows."""
        row = self._peer.rows.get(reception.ssrc)
        if row is None:
            return
        self._losses[reception.ssrc] = self._latest[reception.ssrc] = reception.fraction
        round_trip = row.trips.returned(reception, now)
        if round_trip is not None:
            self.round_trip = self._newest_trip = round_trip

    def newest_trip(self) -> float | None:
        """The round trip if one was measured since the last call."""
        newest, self._newest_trip = self._newest_trip, None
        return newest

    def lost(self, ssrc: int) -> float:
        """Share lost of one row, by the last report on it."""
        return self._latest.get(ssrc, 0.0)

    def sounds_lost(self) -> float:
        """The largest share lost of its sounds, by the last report on each."""
        bound = [row for row in self._peer.slots.values() if row.source is not None]
        sounds = [row.ssrc for row in bound if row.section.kind == "audio"]
        return max((self._latest.get(ssrc, 0.0) for ssrc in sounds), default=0.0)

    def loss(self) -> float:
        """The mean share lost of the rows that were reported on since the last call."""
        losses = list(self._losses.values())
        self._losses.clear()
        return sum(losses) / len(losses) if losses else 0.0

    def take(self) -> tuple[int, int]:
        """Packets and payload octets since the last call."""
        packets = octets = 0
        for row in self._peer.slots.values():
            publication = row.source.publication if row.source is not None else None
            total = row.sent(publication)
            before = self._counted.get(row.ssrc, (0, 0))
            self._counted[row.ssrc] = total
            packets += total[0] - before[0] & 0xFFFF_FFFF
            octets += total[1] - before[1] & 0xFFFF_FFFF
        return packets, octets


def clock_for(row: Subscription, publication: Publication, now: float) -> bytes | None:
    """The publisher's last sender report as this row's receiver has to see it; none without one."""
    if publication.report is None or not row.running:
        return None
    ntp, timestamp = publication.report
    if row.switch is None:
        timestamp = timestamp + row.timestamp_offset & 0xFFFF_FFFF
    else:
        timestamp = row.switch.report(max(publication.layer, 0), timestamp)
        if timestamp < 0:
            return None
    packets, octets = row.sent(publication)
    row.trips.sent(ntp, now)
    row.clocked = True
    return feedback.sender_report(
        feedback.SenderReport(
            ssrc=row.ssrc,
            ntp=ntp,
            rtp=timestamp,
            packets=packets,
            octets=octets,
        )
    )
