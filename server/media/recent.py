"""What one receiver of a sound was sent last, to be sent again as it was. Pure.

Browsers take no retransmissions of sound in a stream of their own (RFC 4588), only the packet once
more. It is kept encrypted, because no sequence number is encrypted twice. The reference for the
compiled pump's `recent.c`.
"""

from collections import deque
from typing import Final

from signaling.agreement import Section

RECENT: Final = 16
"""Datagrams that are kept: 320 ms of a sound at 20 ms."""
FRESH: Final = 0.2
"""Seconds after which one is of no use any more: what plays has gone on without it."""


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


def is_repeated(section: Section) -> bool:
    """Whether what a receiver misses in this slot is sent again as it was."""
    down = section.active and section.source is None
    return down and section.kind == "audio" and "nack" in section.feedback
