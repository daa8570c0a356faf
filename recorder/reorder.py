"""Packets of one stream in order, each once; holes are waited for and then named. Pure."""

from collections.abc import Sequence

WAIT_S = 0.5
"""How long a hole may still be filled by a retransmission."""
HELD = 1024
"""How many packets may wait behind a hole."""
FAR = 4096
"""A sequence number further away than this is another stream, not a loss."""

LOST = None
"""Stands in the order where packets are missing for good."""

Ordered = Sequence[bytes | None]


class Reorder:
    """Gives back packets by their extended sequence number.

    Bounded by `HELD` packets behind a hole: one more, and the hole counts as lost. Behind `WAIT_S`
    likewise, so that what has arrived reaches the disk.
    """

    def __init__(self) -> None:
        self._next: int | None = None
        self._held: dict[int, bytes] = {}
        self._since = 0.0

    def push(self, index: int, packet: bytes, now: float) -> Ordered:
        """What is in order now that the packet with this extended number arrived."""
        if index == self._next and not self._held:
            self._next = index + 1
            return (packet,)
        if self._next is None or abs(index - self._next) > FAR:
            return self._begin(index, packet)
        if index < self._next or index in self._held:
            return ()
        if not self._held:
            self._since = now
        self._held[index] = packet
        if index == self._next:
            return self._run(now)
        return self._over_hole(now) if len(self._held) > HELD else ()

    def expire(self, now: float) -> Ordered:
        """What is in order once a hole that is too old counts as lost."""
        if self._held and now - self._since >= WAIT_S:
            return self._over_hole(now)
        return ()

    def drain(self) -> Ordered:
        """Everything held, holes named; the next packet begins anew."""
        out: list[bytes | None] = []
        for index in sorted(self._held):
            if index != self._next:
                out.append(LOST)
            out.append(self._held[index])
            self._next = index + 1
        self._held.clear()
        self._next = None
        return out

    def _begin(self, index: int, packet: bytes) -> Ordered:
        before = [LOST, *self.drain(), LOST] if self._next is not None else []
        self._next = index + 1
        return [*before, packet]

    def _run(self, now: float) -> Ordered:
        """Packets from the next one up to the next hole, which is then waited for anew."""
        out: list[bytes] = []
        at = self._next or 0
        while at in self._held:
            out.append(self._held.pop(at))
            at += 1
        self._next = at
        self._since = now
        return out

    def _over_hole(self, now: float) -> Ordered:
        self._next = min(self._held)
        return [LOST, *self._run(now)]
