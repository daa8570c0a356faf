"""Rows to which every packet of a layer passes: written like those of a picture in one piece.

As long as nothing changes for a row, each packet's numbers are as far from the publisher's as the
last one's. What its `Switch` would note of each packet is noted here, once for all of them; it
catches up when it is asked or changed, and then goes on by itself until all are gathered anew.
Pure; it keeps no row, so that none outlives its lane.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from signaling.rtp.frames import Marks

if TYPE_CHECKING:
    from server.media.sockets import UdpSocket
    from server.media.table import Lane, Packet


class Passed(NamedTuple):
    """The newest packet that passed."""

    order: int
    """The publisher's, with its rollovers."""
    timestamp: int
    """The publisher's."""
    moment: float
    """When it came."""
    picture: int
    """Its picture number, -1 for none."""
    base: int
    """Its lowest temporal layer's picture number, -1 for none."""


class Together:
    """What has passed to those rows of one layer that go together."""

    __slots__ = ("is_broken", "last", "layer", "octets", "packets")

    def __init__(self, layer: int) -> None:
        self.layer = layer
        """Which."""
        self.is_broken = True
        """Whether a row has left or might join: they are to be gathered anew."""
        self.packets = 0
        """How many packets passed."""
        self.octets = 0
        """Their payloads."""
        self.last = Passed(0, 0, 0.0, -1, -1)
        """The newest of them."""

    def gather(
        self, each: Iterable[tuple[UdpSocket, Lane]]
    ) -> tuple[list[tuple[UdpSocket, Lane]], dict[UdpSocket, list[Lane]]]:
        """Of all rows those that go alone; those that go together, by socket, with offsets."""
        alone: list[tuple[UdpSocket, Lane]] = []
        together: dict[UdpSocket, list[Lane]] = {}
        for socket, lane in each:
            switch = lane.row.switch if lane.row is not None else None
            # Those of another layer may go together there.
            if switch is not None and switch.layer == self.layer:
                switch.part()
            if switch is None or not goes(lane, self.layer):
                alone.append((socket, lane))
                continue
            switch.join(self)
            ahead, shift = switch.offsets
            joined = lane._replace(sequence_offset=ahead, timestamp_offset=shift)
            together.setdefault(socket, []).append(joined)
        self.is_broken = False
        return alone, together

    def note(self, packet: Packet, found: Marks, now: float) -> None:
        """Note a packet newer than all before, which passes to all that go together."""
        self.packets += 1
        self.octets += len(packet.payload)
        self.last = Passed(packet.order, packet.timestamp, now, found.picture, found.base)


class Member:
    """What has passed to one `Switch`, alone or together with others."""

    __slots__ = ("_noted", "_together", "began", "moment", "octets", "packets")

    def __init__(self) -> None:
        self.moment = 0
        """When the newest packet sent came, in RTP ticks."""
        self.began = 0
        """When the first packet of all came."""
        self.packets = 0
        """Packets that passed."""
        self.octets = 0
        """Their payloads; whoever sends them counts."""
        self._together: Together | None = None
        self._noted = 0, 0

    def join(self, together: Together) -> None:
        """Go with others from the next packet on; it goes alone now."""
        self._together, self._noted = together, (together.packets, together.octets)

    def part(self) -> None:
        """Go alone again."""
        self.catch_up()
        if self._together is not None:
            self._together.is_broken, self._together = True, None

    def catch_up(self) -> None:
        """Note what has passed since, when it goes with others."""
        shared, (packets, octets) = self._together, self._noted
        if shared is None or shared.packets == packets:
            return
        self._noted = shared.packets, shared.octets
        self.packets += shared.packets - packets
        self.octets += shared.octets - octets
        self.went(shared.last)

    def went(self, last: Passed) -> None:
        """Note the newest of the packets that have passed to it with others."""
        raise NotImplementedError


def goes(lane: Lane, layer: int) -> bool:
    """Whether a row gets every packet of a layer as it is, at once, and no more often than once."""
    row = lane.row
    if row is None or row.switch is None or row.twice:
        return False
    is_paced = lane.path is not None and lane.path.pacer is not None
    return row.switch.layer == layer and not is_paced and row.switch.is_steady
