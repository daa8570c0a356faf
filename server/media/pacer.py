"""How pictures to one receiver are spread over time. Pure.

Sound and repairs leave at once and are charged; pictures leave at once while there is allowance,
and wait where a key frame comes as a burst. Two things bound what leaves: the pace, `PACE` times
the target, and what would then stand at the bottleneck if it carried the target, `QUEUE` at most.
The reference for the compiled pump's `pacing.c`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

PACE: Final = 1.5
"""Of the target: so fast a burst leaves while the bottleneck can hold what it does not carry."""
QUEUE: Final = 0.15
"""Seconds of the target that may stand at the bottleneck: of 200 ms some are other people's."""
DEPTH: Final = 0.01
"""Seconds of allowance that are saved up at most: two ticks of the pump."""
DEPTH_LEAST: Final = 2400.0
"""Octets: two packets may always follow each other."""
DEBT: Final = 0.1
"""Seconds of allowance that sound and repairs may take in advance; what exceeds that is free."""
WAIT: Final = 0.5
"""Seconds at the pace that pictures behind a key frame may wait; of more, some are dropped."""
OCTETS_MOST: Final = 400_000
"""Of all that waits, whatever the rate: two key frames of 1080p."""
PACKETS_MOST: Final = 480
"""Of all that waits: of one picture a few more are kept (`table.HISTORY`)."""


class Waiting(NamedTuple):
    """A packet of a picture on its way out: where it is kept, and the numbers it is to bear."""

    row: int
    """SSRC of the row that it belongs to."""
    layer: int
    """Of its source, -1 for a picture in one piece."""
    order: int
    """The publisher's sequence number with its rollovers."""
    timestamp: int
    """The publisher's."""
    number: int
    """Its sequence number to the receiver, 16 bits."""
    moment: int
    """Its timestamp to the receiver."""
    picture: int
    """Its picture number to the receiver; of a picture in layers alone."""
    base: int
    """Its lowest temporal layer's picture number to the receiver; likewise."""
    size: int
    """Octets of header and payload."""
    key: bool
    """Whether it belongs to a key frame."""
    newest: bool
    """Whether it was the newest of its sequence when it came."""


class Pacer:
    """One receiver's outgoing pictures, in the order they came.

    Bounded by `WAIT`, where a key frame does not count, by `OCTETS_MOST` and `PACKETS_MOST`. When
    it is full the row of which most waits is shut: a key frame of it that is under way still
    leaves, what is behind that is dropped, and so is all that comes until the row begins anew.
    """

    def __init__(self, now: float, target: float) -> None:
        self._start()
        self._set(now, target)

    def _start(self) -> None:
        self._queue: deque[Waiting] = deque()
        self._octets = self._rest = 0
        self._shut: dict[int, int | None] = {}

    def _set(self, now: float, target: float) -> None:
        self._rate = target / 8
        self._allowance = max(self._rate * PACE * DEPTH, DEPTH_LEAST)
        self._ahead = 0.0
        self._at = now

    @property
    def octets(self) -> int:
        """That wait."""
        return self._octets

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and no row is shut."""
        return not self._queue and not self._shut

    def aim(self, target: float) -> None:
        """The target in bits per second has changed."""
        self._rate = target / 8

    def charge(self, size: int, now: float) -> None:
        """So many octets have left, of whatever kind."""
        self._grow(now)
        debt = max(DEBT * PACE * self._rate, DEPTH_LEAST)
        self._allowance = max(self._allowance - size, -debt)
        self._ahead = min(self._ahead + size, self._most + max(DEBT * self._rate, DEPTH_LEAST))

    def waits(self, packet: Waiting, now: float) -> bool:
        """Whether a packet of a picture does not leave now: it is kept, or its row is shut."""
        if packet.row in self._shut:
            if packet.newest and self._shut[packet.row] is None:
                self._shut[packet.row] = packet.number
            return True
        if not self._queue and self._may(now):
            return False
        self._queue.append(packet)
        self._octets += packet.size
        self._rest += 0 if packet.key else packet.size
        self._shed()
        return True

    def refuses(self, row: int) -> bool:
        """Whether a row is shut: its packets need not be looked at."""
        return row in self._shut

    def due(self, now: float) -> Waiting | None:
        """What leaves now, one at a time; whoever sends it has it charged."""
        if not self._queue or not self._may(now):
            return None
        packet = self._queue.popleft()
        self._octets -= packet.size
        self._rest -= 0 if packet.key else packet.size
        return packet

    def gone(self, packet: Waiting) -> None:
        """What was due is not kept any more: its row has to begin anew."""
        self._shut_row(packet.row, spare=False)
        if packet.newest:
            self._shut[packet.row] = packet.number

    def ended(self) -> list[int]:
        """Rows that are shut and of which nothing waits: they have to begin anew."""
        if not self._shut:
            return []
        waiting = {packet.row for packet in self._queue}
        return [row for row in self._shut if row not in waiting]

    def forget(self, row: int) -> int | None:
        """A row stopped: what waits of it never leaves; the first number that did not, if any."""
        shut = self._shut.pop(row, None)
        mine = (each.number for each in self._queue if each.row == row and each.newest)
        first = next(mine, shut)
        self._keep(each for each in self._queue if each.row != row)
        return first

    @property
    def _most(self) -> float:
        """Octets that may stand at the bottleneck."""
        return max(QUEUE * self._rate, DEPTH_LEAST)

    def _may(self, now: float) -> bool:
        self._grow(now)
        return self._allowance > 0 and self._ahead < self._most

    def _grow(self, now: float) -> None:
        elapsed = max(now - self._at, 0.0)
        depth = max(self._rate * PACE * DEPTH, DEPTH_LEAST)
        self._allowance = min(self._allowance + elapsed * PACE * self._rate, depth)
        self._ahead = max(self._ahead - elapsed * self._rate, 0.0)
        self._at = max(self._at, now)

    def _shed(self) -> None:
        """Shut rows until what waits is within its bounds."""
        while True:
            full = self._octets > OCTETS_MOST or len(self._queue) > PACKETS_MOST
            if not full and self._rest <= WAIT * PACE * self._rate:
                return
            self._shut_row(self._largest(full=full), spare=not full)

    def _largest(self, *, full: bool) -> int:
        """The row of which most waits, without key frames unless all is full."""
        waiting: dict[int, int] = {}
        for each in self._queue:
            size = 0 if each.key and not full else each.size
            waiting[each.row] = waiting.get(each.row, 0) + size
        return max(waiting, key=lambda row: waiting[row])

    def _shut_row(self, row: int, *, spare: bool) -> None:
        """Drop what waits of a row, but perhaps for the key frame that it begins with."""
        kept: list[Waiting] = []
        first: int | None = None
        for each in self._queue:
            spare = spare and (each.key or each.row != row)
            if each.row != row or spare:
                kept.append(each)
            elif first is None and each.newest:
                first = each.number
        self._shut[row] = self._shut.get(row) if first is None else first
        self._keep(kept)

    def _keep(self, kept: Iterable[Waiting]) -> None:
        self._queue = deque(kept)
        self._octets = sum(each.size for each in self._queue)
        self._rest = sum(each.size for each in self._queue if not each.key)
