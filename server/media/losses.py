"""Which packets of a publisher are missing, and when to ask again (RFC 4585, 6.2.1). Pure."""

from collections import deque

MISSING_LIMIT = 256
"""Packets that are waited for at a time; a larger gap is not asked for: a key frame is."""
FIRST_WAIT = 0.02
"""Seconds a packet may be late before it is asked for: reordering is no loss."""
TRIES = 10
"""How often one packet is asked for, as libwebrtc's receivers do."""
TRIPS = 8
"""Answers of which the quickest is the round trip: of those to a first request, most are soon."""
PATIENCE = 1.25
"""Round trips from one request to the next: an answer that is under way is not asked for again."""


class Losses:
    """Gaps in one incoming stream; sequence numbers are extended ones.

    Bounded by `MISSING_LIMIT`: when more is missing, all of it is given up at once and
    `overflowed` tells it. Each packet is asked for after 20 ms and then once a round trip, at most
    `tries` times: waiting longer each time would be kind to a full line, but what is lost there is
    answered within what its sender may send anyway, and of what a line loses that loses a fifth
    each way a fiftieth is still missing after four tries.
    """

    def __init__(self, tries: int = TRIES) -> None:
        self._tries = tries
        self._highest: int | None = None
        self._missing: dict[int, tuple[float, int, float]] = {}
        self._trips: deque[float] = deque(maxlen=TRIPS)
        self._overflowed = False

    def arrived(self, sequence: int, now: float) -> None:
        """A packet came, for the first time or again."""
        if self._highest is None or sequence == self._highest + 1:
            self._highest = sequence  # as nearly always
            return
        if sequence <= self._highest:
            self._repaired(sequence, now)
            return
        gap = sequence - self._highest - 1
        if gap + len(self._missing) > MISSING_LIMIT:
            self._missing.clear()
            self._overflowed = True
        else:
            for number in range(self._highest + 1, sequence):
                self._missing[number] = now + FIRST_WAIT, 0, 0.0
        self._highest = sequence

    def _repaired(self, sequence: int, now: float) -> None:
        """One that was missing may have come; if it was asked for, how soon tells the round trip.

        From the first request on, since nobody knows to which one it is the answer.
        """
        _, tries, asked = self._missing.pop(sequence, (0.0, 0, 0.0))
        if tries:
            self._trips.append(now - asked)

    def due(self, now: float, round_trip: float) -> list[int]:
        """The packets to ask for now, ascending; each is then due again later.

        `round_trip`: seconds, until answers tell it.
        """
        if not self._missing:
            return []
        wait = max(PATIENCE * min(self._trips, default=round_trip), FIRST_WAIT)
        due = []
        for number, (at, tries, asked) in list(self._missing.items()):
            if at > now:
                continue
            if tries == self._tries:
                del self._missing[number]
                continue
            due.append(number)
            self._missing[number] = now + wait, tries + 1, asked if tries else now
        return sorted(due)

    @property
    def waits(self) -> bool:
        """Whether something is missing, or was given up and not told yet."""
        return bool(self._missing) or self._overflowed

    def overflowed(self) -> bool:
        """Whether a gap was given up since the last call; only a key frame repairs it."""
        overflowed, self._overflowed = self._overflowed, False
        return overflowed
