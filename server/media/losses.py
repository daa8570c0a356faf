"""Which packets of a publisher are missing, and when to ask again (RFC 4585, 6.2.1). Pure."""

MISSING_LIMIT = 256
"""Packets that are waited for at a time; a larger gap is not asked for: a key frame is."""
FIRST_WAIT = 0.02
"""Seconds a packet may be late before it is asked for: reordering is no loss."""
TRIES = 5
"""How often one packet is asked for."""


class Losses:
    """Gaps in one incoming stream; sequence numbers are extended ones.

    Bounded by `MISSING_LIMIT`: when more is missing, all of it is given up at once and
    `overflowed` tells it. Each packet is asked for after 20 ms, then after one more round trip
    and twice as long each time, at most `tries` times.
    """

    def __init__(self, tries: int = TRIES) -> None:
        self._tries = tries
        self._highest: int | None = None
        self._missing: dict[int, tuple[float, int]] = {}
        self._overflowed = False

    def arrived(self, sequence: int, now: float) -> None:
        """A packet came, for the first time or again."""
        if self._highest is None or sequence == self._highest + 1:
            self._highest = sequence  # as nearly always
            return
        if sequence <= self._highest:
            self._missing.pop(sequence, None)
            return
        gap = sequence - self._highest - 1
        if gap + len(self._missing) > MISSING_LIMIT:
            self._missing.clear()
            self._overflowed = True
        else:
            for number in range(self._highest + 1, sequence):
                self._missing[number] = now + FIRST_WAIT, 0
        self._highest = sequence

    def due(self, now: float, round_trip: float) -> list[int]:
        """The packets to ask for now, ascending; each is then due again later."""
        if not self._missing:
            return []
        due = []
        for number, (at, tries) in list(self._missing.items()):
            if at > now:
                continue
            if tries == self._tries:
                del self._missing[number]
                continue
            due.append(number)
            wait = max(round_trip, FIRST_WAIT) * 2**tries
            self._missing[number] = now + wait, tries + 1
        return sorted(due)

    @property
    def waits(self) -> bool:
        """Whether something is missing, or was given up and not told yet."""
        return bool(self._missing) or self._overflowed

    def overflowed(self) -> bool:
        """Whether a gap was given up since the last call; only a key frame repairs it."""
        overflowed, self._overflowed = self._overflowed, False
        return overflowed
