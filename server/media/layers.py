"""Telling the layers of one section apart: by rid, else by SSRC (RFC 8852, RFC 8853). Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from signaling.rtp.header import Buffer

RENEWALS: Final = 4
"""How often each stream of a section may change its SSRC; what comes then is of no layer."""


class Place(NamedTuple):
    """Where a stream belongs."""

    layer: int
    """Its place in the agreement, 0 for the lowest; -1 for none."""
    repairs: bool
    """Whether it carries the layer's retransmissions (RFC 4588)."""


NOWHERE: Final = Place(-1, False)


class Streams:
    """The SSRCs of one section whose layers are agreed.

    A device names a layer in its first packets, until it knows that they arrived, and may then go
    by SSRC alone. The mid has led to the section before. Bounded: two streams for each layer, each
    renewed `RENEWALS` times.
    """

    def __init__(self, rids: Sequence[str]) -> None:
        self.places: dict[int, Place] = {}
        """By SSRC; those replaced are left out."""
        self._layers = {rid.encode(): number for number, rid in enumerate(rids)}
        self._ssrcs: dict[Place, int] = {}
        self._left = len(rids) * 2 * (1 + RENEWALS)

    def place(self, ssrc: int, rid: Buffer, repaired: Buffer) -> Place:
        """Where a packet belongs; `rid` and `repaired` are its extensions' values, empty for none.

        A layer that comes with another SSRC has that one from now on.
        """
        known = self.places.get(ssrc)
        if known is not None:
            return known
        name, repairs = (repaired, True) if len(repaired) else (rid, False)
        found = Place(self._layers.get(bytes(name), -1), repairs)
        if found.layer < 0 or not self._left:
            return NOWHERE
        self._left -= 1
        before = self._ssrcs.get(found)
        if before is not None:
            del self.places[before]
        self._ssrcs[found] = ssrc
        self.places[ssrc] = found
        return found

    def ssrc(self, layer: int) -> int | None:
        """Of a layer's packets, for feedback about it; none before the first."""
        return self._ssrcs.get(Place(layer, False))
