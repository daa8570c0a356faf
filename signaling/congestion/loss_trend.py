"""How much of a path's loss is our doing. Pure.

draft-ietf-rmcat-gcc-02, 6, takes all loss for congestion, so that a radio link which always loses
a fifth starves. Loss that stays however little is sent is the path's own; only what goes beyond
it counts. It is learned twice: at once when sending less did not help, and slowly as an empty
queue's delay is, by the least of the last time.
"""

from __future__ import annotations

from typing import Final

SPAN: Final = 8.0
"""Seconds: the least loss of one to two such spans is the path's own."""
FEW: Final = 10
"""Packets: with fewer a second is not judged but added to the next."""
OWN_MOST: Final = 0.25
"""More than this is never taken for the path's own: a shaper without a queue loses steadily too."""
MUCH, LITTLE = 0.1, 0.02
"""Loss beyond the path's own that lowers the rate, and that which lets it rise (GCC, 6)."""
LESS: Final = 0.85
"""Of the rate at which much was lost: when so little is sent, it shows whether that helps."""
HELPED: Final = 0.75
"""Of the loss then: a full link's falls below this (of 20 % lost at ×0.85 sent 6 % are left)."""
PERIOD: Final = 1.0
"""Seconds between two judgements."""
_SMOOTH: Final = 0.5


class LossTrend:
    """One path's losses, judged once a second."""

    def __init__(self) -> None:
        self._came = self._lost = self._octets = 0
        self._judged: float | None = None
        self._least: tuple[float, float] | None = None
        self._span_began = 0.0
        self._tried: tuple[float, float] | None = None
        self.loss = 0.0
        """Share lost of late, 0 to 1."""
        self.excess = 0.0
        """Share lost beyond the path's own, 0 to 1; of the last judgement."""

    @property
    def own(self) -> float:
        """Share that the path loses by itself."""
        return 0.0 if self._least is None else min(*self._least, OWN_MOST)

    def step(self, came: int, lost: int, octets: int, now: float) -> bool:
        """Count one record: packets that came and did not, octets sent; whether it was judged."""
        self._came += came
        self._lost += lost
        self._octets += octets
        if self._judged is None:
            self._judged = now
        span = now - self._judged
        missing = max(self._lost, 0)
        if span < PERIOD - 0.001 or self._came + missing < FEW:
            return False
        self._judge(missing / (self._came + missing), 8 * self._octets / span, now)
        self._came = self._lost = self._octets = 0
        self._judged = now
        return True

    def _judge(self, share: float, rate: float, now: float) -> None:
        self.loss += (share - self.loss) * (_SMOOTH if self._least is not None else 1.0)
        self._try(share, rate, now)
        self.excess = max(0.0, (min(share, self.loss) - self.own) / (1 - self.own))
        if self._least is None:
            self._least, self._span_began = (0.0, self.loss), now
        elif now - self._span_began >= SPAN:
            self._least, self._span_began = (self._least[1], self.loss), now
        else:
            self._least = self._least[0], min(self._least[1], self.loss)

    def _try(self, share: float, rate: float, now: float) -> None:
        """Learn from having sent less whether the loss comes from sending."""
        excess = (share - self.own) / (1 - self.own)
        if self._tried is None:
            self._tried = (rate, share) if excess > MUCH else None
            return
        before, lost = self._tried
        if rate > LESS * before:
            self._tried = max(before, rate), max(lost, share)
        elif share >= HELPED * lost and share <= OWN_MOST + LITTLE:
            self._least, self._span_began, self._tried = (self.loss, self.loss), now, None
        else:
            self._tried = None
