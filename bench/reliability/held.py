"""What the relay does with the packets of one direction: delay, jitter, bursts of loss. Pure."""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

HELD: Final = 20_000
"""Packets held at most; what comes then is lost, as on any full line."""


@dataclass(frozen=True, kw_only=True)
class Path:
    """One direction."""

    delay: float = 0.0
    """Seconds that every packet takes."""
    jitter: float = 0.0
    """Seconds that it takes longer at most; order is kept."""
    loss: float = 0.0
    """Share that is lost."""
    burst: int = 1
    """How many are lost one after another."""
    cut: bool = False
    """Whether nothing passes, nor what was under way."""


class Held:
    """Takes packets in order of time and gives them back when they arrive."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._path = Path()
        self._held: deque[tuple[float, bytes]] = deque()
        self._latest = 0.0
        self._losing = 0

    def change(self, path: Path) -> None:
        """Another path from now on; what is under way arrives, unless it is cut."""
        self._path = path
        if path.cut:
            self._held.clear()

    def take(self, now: float, packet: bytes) -> None:
        """A packet begins its way."""
        if self._path.cut or len(self._held) >= HELD or self._lost():
            return
        late = self._dice.uniform(0.0, self._path.jitter)
        self._latest = max(self._latest, now + self._path.delay + late)
        self._held.append((self._latest, packet))

    def arrived(self, now: float) -> Iterator[bytes]:
        """The packets whose time has come."""
        while self._held and self._held[0][0] <= now:
            yield self._held.popleft()[1]

    def due(self) -> float | None:
        """When the next one arrives; none if nothing is under way."""
        return self._held[0][0] if self._held else None

    def _lost(self) -> bool:
        if self._losing:
            self._losing -= 1
            return True
        if self._path.loss == 0.0 or self._dice.random() >= self._begins():
            return False
        self._losing = self._path.burst - 1
        return True

    def _begins(self) -> float:
        """Chance that a loss begins here, so that the share of all that is lost is the path's."""
        loss, burst = self._path.loss, self._path.burst
        return loss / (burst - loss * (burst - 1))
