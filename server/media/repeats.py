"""Sound that gets through: repeated for receivers that lose much, or made to bear losses.

The shell around `copies`: once a second what each receiver loses, its rows changed, and to each
source the most that is lost by those for whom nothing is repeated. The publisher's report tells
that, because Opus makes its packets repair each other (RFC 6716, 2.1.7) by as much as is lost.
"""

from __future__ import annotations

from typing import Final

from server.media.copies import MORE, Copies
from server.media.every import Every
from server.media.peer import Peer
from server.media.plane import Plane
from server.media.publication import Source
from server.media.sharing import Sharing
from server.media.subscription import Subscription
from signaling.events import Codec
from signaling.ids import PeerId

SECOND: Final = 1.0
FEW: Final = 10
"""Packets told of: fewer say nothing of the share lost."""
NEWEST: Final = 0.5
"""Weight of the last second in what is lost."""


class _Hearer:
    """One receiver."""

    def __init__(self) -> None:
        self.copies = Copies()
        self.loss = 0.0


class Repeats:
    """All receivers of a worker."""

    def __init__(self, plane: Plane, sharing: Sharing) -> None:
        self._plane = plane
        self._sharing = sharing
        self._seconds = Every(SECOND)
        self._hearers: dict[PeerId, _Hearer] = {}

    def tick(self, now: float) -> None:
        """One round."""
        if not self._seconds.due(now):
            return
        for gone in self._hearers.keys() - self._plane.downward.keys():
            del self._hearers[gone]
        unrepaired: dict[Source, float] = {}
        for identity in self._plane.downward:
            peer = self._plane.peers[identity]
            sounds = [row for row in peer.slots.values() if row.section.kind == "audio"]
            lost = self._hear(peer, sounds, now)
            for source in (row.source for row in sounds if not row.copies and row.source):
                unrepaired[source] = max(lost, unrepaired.get(source, 0.0))
        for source in self._plane.sources.values():
            lost = unrepaired.get(source, 0.0)
            source.lost = lost if lost > MORE[0] else 0.0

    def _hear(self, peer: Peer, sounds: list[Subscription], now: float) -> float:
        """Repeat as much as this receiver needs; the share that it loses."""
        hearer = self._hearers.setdefault(peer.id, _Hearer())
        self._learn(hearer, peer, now)
        bitrate = sum(self._sharing.bitrate(row.publication) for row in sounds)
        count = hearer.copies.step(hearer.loss, bitrate, self._sharing.room(peer.id), now)
        for row in sounds:
            if row.copies != count:
                row.copies = count
                if count and row.recent is None and not _repeats_inside(row):
                    row.recent = row.new_recent()
                self._plane.change(row)
        return hearer.loss

    def _learn(self, hearer: _Hearer, peer: Peer, now: float) -> None:
        """By its feedback on the whole path or, without, by its reports on sounds."""
        known = self._sharing.loss(peer.id)
        if peer.path is None:
            hearer.loss = self._plane.downward[peer.id].sounds_lost()
        elif known is not None:
            hearer.loss = known
        else:
            record = peer.path.take(now)
            lost = 0 if record is None else max(record.lost, 0)
            if record is not None and record.packets + lost >= FEW:
                share = lost / (record.packets + lost)
                hearer.loss += NEWEST * (share - hearer.loss)


def _repeats_inside(row: Subscription) -> bool:
    payload = row.payloads.get(Codec.OPUS)
    return payload is not None and payload.red is not None
