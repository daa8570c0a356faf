"""When a packet of a picture may leave where the way is narrow; pure.

As the server's `pacer`: two things bound what leaves, the pace, and what would then stand at the
bottleneck if it carried just the target. Nothing waits in here: whoever sends asks again soon.
"""

from typing import Final

PACE: Final = 1.5
"""Of the target: so fast a burst leaves while the bottleneck can hold what it does not carry."""
QUEUE: Final = 0.15
"""Seconds of the target that may stand at the bottleneck."""
DEPTH: Final = 0.01
"""Seconds of the pace that are saved up at most."""
LEAST: Final = 2400.0
"""Octets: two packets may always follow each other."""
DEBT: Final = 0.1
"""Seconds of the target that sound and repairs take in advance at most; the rest is free."""


class Spread:
    """The packets of one transport."""

    def __init__(self, now: float) -> None:
        self._rate: float | None = None
        self._saved = LEAST
        self._ahead = 0.0
        self._at = now

    @property
    def narrow(self) -> bool:
        """Whether there is a pace that packets wait for."""
        return self._rate is not None

    def aim(self, target: float | None, now: float) -> None:
        """Spread by this target, in bits per second; none: everything leaves at once."""
        self._pass(now)
        self._rate = None if target is None else target / 8

    def charge(self, size: int, now: float) -> None:
        """A packet of so many octets leaves, of whatever kind."""
        self._pass(now)
        if self._rate is not None:
            debt = max(DEBT * self._rate, LEAST)
            self._saved = max(self._saved - size, -debt)
            self._ahead = min(self._ahead + size, self._most + debt)

    def may(self, now: float) -> bool:
        """Whether a packet of a picture may leave."""
        self._pass(now)
        return self._rate is None or (self._saved > 0 and self._ahead < self._most)

    @property
    def _most(self) -> float:
        """Octets that may stand at the bottleneck."""
        return max(QUEUE * (self._rate or 0.0), LEAST)

    def _pass(self, now: float) -> None:
        elapsed, self._at = max(now - self._at, 0.0), max(now, self._at)
        if self._rate is None:
            self._saved, self._ahead = LEAST, 0.0
            return
        depth = max(self._rate * PACE * DEPTH, LEAST)
        self._saved = min(self._saved + elapsed * PACE * self._rate, depth)
        self._ahead = max(self._ahead - elapsed * self._rate, 0.0)
