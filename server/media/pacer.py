"""How what goes to one receiver is spread over time. Pure.

Sound and repairs leave at once and are charged; pictures leave at once while there is allowance,
and wait where a key frame comes as a burst. Allowance grows with time at `PACE` times the target,
so that a burst of a key frame fits into the queue of a slow line.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from server.media.probing import Cluster

PACE: Final = 1.5
"""Of the target: with 200 ms of queue at the bottleneck 600 ms of the target may come at once."""
DEPTH: Final = 0.01
"""Seconds of allowance that are saved up at most: two ticks of the pump."""
DEPTH_LEAST: Final = 2400
"""Octets: two packets may always follow each other."""
DEBT: Final = 0.1
"""Seconds of allowance that sound and repairs may take in advance; what exceeds that is free."""
WAIT: Final = 0.5
"""Seconds that pictures wait at most; when it would be more, some are dropped."""
OCTETS_MOST: Final = 400_000
"""Of all that waits, whatever the rate: two key frames of 1080p."""


class Packet(NamedTuple):
    """One packet of a picture."""

    row: int
    """Number of the row that it belongs to."""
    size: int
    """Octets of the datagram."""
    key: bool
    """Whether it belongs to a key frame."""
    begins: bool
    """Whether a decoder can begin with it."""
    token: int
    """What the pump finds it by."""


class Sent(NamedTuple):
    """What leaves now."""

    packet: Packet | None
    """None: padding (an earlier packet again as RTX, or an empty one)."""
    size: int
    """Octets."""
    cluster: int
    """The probe that it is part of, 0 for none."""


class Pacer:
    """One receiver's outgoing pictures, in order.

    Bounded by `WAIT` and `OCTETS_MOST`. When it is full, the row of which most waits loses what
    came before its newest key frame; where none waits, all but a key frame that has begun to
    leave, or all, and its packets are refused up to the next key frame, which `starved` names.
    """

    def __init__(self, now: float, target: float) -> None:
        self._waiting: deque[Packet] = deque()
        self._octets = 0
        self._closed: set[int] = set()
        self._starved: set[int] = set()
        self._rate = PACE * target / 8
        self._allowance = self._depth
        self._at = now
        self._cluster: Cluster | None = None
        self._cluster_left = 0

    @property
    def octets(self) -> int:
        """That wait."""
        return self._octets

    @property
    def _depth(self) -> float:
        return max(self._rate * DEPTH, DEPTH_LEAST)

    def aim(self, target: float) -> None:
        """The target in bits per second has changed."""
        self._rate = PACE * target / 8

    def probe(self, cluster: Cluster) -> None:
        """Send this much at this rate from now on, padding where no pictures wait."""
        self._cluster, self._cluster_left = cluster, cluster.octets
        self._allowance = min(self._allowance, 1.0)  # what was saved up would be a burst

    def charge(self, size: int, now: float) -> None:
        """Sound or a repair left at once."""
        self._grow(now)
        self._allowance = max(self._allowance - size, -DEBT * self._rate)

    def offer(self, packet: Packet, now: float) -> bool:
        """A packet of a picture is to leave; false if its row waits for a key frame."""
        if packet.row in self._closed:
            if not packet.begins:
                return False
            self._closed.remove(packet.row)
        self._waiting.append(packet)
        self._octets += packet.size
        self._grow(now)
        while self._octets > min(WAIT * self._rate, OCTETS_MOST) and self._shed():
            pass
        return packet.row not in self._closed or packet in self._waiting

    def due(self, now: float) -> list[Sent]:
        """What leaves now, in order; call it after offering and at each tick."""
        self._grow(now)
        leaving: list[Sent] = []
        while self._allowance > 0:
            sent = self._next()
            if sent is None:
                break
            self._allowance -= sent.size
            leaving.append(sent)
        return leaving

    def starved(self) -> set[int]:
        """Rows that need a key frame since the last call."""
        starved, self._starved = self._starved, set()
        return starved

    def forget(self, row: int) -> None:
        """A row stopped or carries something else: what waits of it is gone."""
        self._keep([packet for packet in self._waiting if packet.row != row])
        self._closed.discard(row)
        self._starved.discard(row)

    def _next(self) -> Sent | None:
        number = 0 if self._cluster is None else self._cluster.number
        if self._waiting:
            packet = self._waiting.popleft()
            self._octets -= packet.size
            self._probed(packet.size)
            return Sent(packet, packet.size, number)
        if self._cluster is None:
            return None
        size = max(1, min(self._cluster.packet, self._cluster_left))
        self._probed(size)
        return Sent(None, size, number)

    def _probed(self, size: int) -> None:
        self._cluster_left -= size
        if self._cluster_left <= 0:
            self._cluster = None

    def _grow(self, now: float) -> None:
        rate = self._rate if self._cluster is None else self._cluster.rate / 8
        depth = self._depth if self._cluster is None else max(rate * DEPTH, 1)
        self._allowance = min(self._allowance + max(0.0, now - self._at) * rate, depth)
        self._at = max(self._at, now)

    def _shed(self) -> bool:
        """Drop something of the row of which most waits; whether anything was."""
        waiting: dict[int, int] = {}
        for packet in self._waiting:
            waiting[packet.row] = waiting.get(packet.row, 0) + packet.size
        row = max(waiting, key=lambda each: waiting[each], default=None)
        if row is None:
            return False
        kept = self._kept(row)
        if len(kept) == len(self._waiting):
            return False
        self._keep(kept)
        return True

    def _kept(self, row: int) -> list[Packet]:
        """What stays when this row has to give way."""
        mine = [packet for packet in self._waiting if packet.row == row]
        newest = max((at for at, packet in enumerate(mine) if packet.begins), default=0)
        if newest:
            gone = set(mine[:newest])
            return [packet for packet in self._waiting if packet not in gone]
        overfull = self._octets > OCTETS_MOST
        if not overfull and all(packet.key for packet in mine):
            return list(self._waiting)
        self._closed.add(row)
        self._starved.add(row)
        stays = {packet for packet in mine if packet.key and not overfull}
        return [packet for packet in self._waiting if packet.row != row or packet in stays]

    def _keep(self, kept: list[Packet]) -> None:
        self._waiting = deque(kept)
        self._octets = sum(packet.size for packet in kept)
