"""A link that is the narrowest of its path: rate, queue, delay, jitter and loss. Pure."""

import random
from dataclasses import dataclass, field


@dataclass
class Bottleneck:
    """Takes packets in order of time and says when each arrives."""

    rate: float
    """Bits per second."""
    delay: float = 0.03
    """Seconds from end to end, one way."""
    queue: float = 0.2
    """Seconds that it holds at most, at its rate; what comes then is dropped."""
    loss: float = 0.0
    """Share that is lost besides."""
    burst: int = 1
    """How many are lost one after another, on the mean."""
    jitter: float = 0.0
    """Seconds that a packet takes longer at most; order is kept."""
    seed: int = 1
    waits: list[tuple[float, float]] = field(default_factory=list)
    """When each packet that passed came, and how long it waited."""
    carried: list[tuple[float, int]] = field(default_factory=list)
    """When each arrived, and its octets."""

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._backlog = 0.0
        self._at = 0.0
        self._last = 0.0
        self._losing = 0

    def change(self, now: float, rate: float) -> None:
        """Another rate from now on; what waits, waits on."""
        self._drain(now)
        self.rate = rate

    def pass_on(self, now: float, size: int) -> float | None:
        """When a packet of so many octets arrives; none if it is lost."""
        self._drain(now)
        wait = self._backlog / self.rate
        if wait > self.queue or self.rate <= 1:
            return None
        self._backlog += 8 * size
        self.waits.append((now, wait))
        if self._lost():
            return None
        late = self._random.uniform(0, self.jitter)
        self._last = max(self._last, now + self._backlog / self.rate + self.delay + late)
        self.carried.append((self._last, size))
        return self._last

    def _drain(self, now: float) -> None:
        self._backlog = max(0.0, self._backlog - (now - self._at) * self.rate)
        self._at = now

    def _lost(self) -> bool:
        if self._losing:
            self._losing -= 1
            return True
        if self._random.random() >= self.loss / self.burst:
            return False
        self._losing = self.burst - 1
        return True

    def wait_p95(self, start: float, end: float) -> float:
        """Seconds that 95 of 100 packets of a time waited at most."""
        waits = sorted(wait for at, wait in self.waits if start <= at < end)
        return waits[int(0.95 * len(waits))] if waits else 0.0

    def used(self, start: float, end: float) -> float:
        """Bits per second that arrived in a time."""
        octets = sum(size for at, size in self.carried if start <= at < end)
        return 8 * octets / (end - start)
