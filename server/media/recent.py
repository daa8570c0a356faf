"""What one receiver of a sound was sent last, to be sent again as it was. Pure.

Browsers take no retransmissions of sound in a stream of their own (RFC 4588), only the packet once
more. It is kept encrypted, because no sequence number is encrypted twice. The reference for the
compiled pump's `recent.c`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from signaling.agreement import Section

if TYPE_CHECKING:
    from server.media.table import Lane

RECENT: Final = 16
"""Datagrams that are kept: 320 ms of a sound at 20 ms."""
FRESH: Final = 0.2
"""Seconds after which one is of no use any more: what plays has gone on without it."""
MEASURED: Final = 8
"""Of so many packets that are numbered on the transport one is not repeated unasked: nobody could
tell which of two came, so without it the path of a lone sound would not be known."""


class Recent:
    """The last datagrams of one slot."""

    def __init__(self) -> None:
        self._kept: deque[tuple[int, float, bytes]] = deque(maxlen=RECENT)

    def keep(self, sequence: int, datagram: bytes, now: float) -> None:
        """It went out now, under this sequence number."""
        self._kept.append((sequence, now, datagram))

    def find(self, sequence: int, now: float) -> bytes | None:
        """The one of this number; none if it is gone or of no use any more."""
        for number, at, datagram in reversed(self._kept):
            if number == sequence:
                return datagram if now - at <= FRESH else None
        return None


def unasked(lane: Lane) -> int:
    """How many datagrams before it follow each packet of a sound that can't repeat them inside."""
    row = lane.row
    return 0 if row is None or lane.recent is None or lane.copies else row.copies


def before(lane: Lane, sequence: int, now: float) -> Iterator[bytes]:
    """Those of a packet with this number, the newest first."""
    for back in range(1, unasked(lane) + 1):
        number = sequence - back & 0xFFFF
        measured = lane.path is not None and number % MEASURED == 0
        found = lane.recent.find(number, now) if lane.recent and not measured else None
        if found is not None:
            yield found


def is_repeated(section: Section) -> bool:
    """Whether what a receiver misses in this slot is sent again as it was."""
    down = section.active and section.source is None
    return down and section.kind == "audio" and "nack" in section.feedback
