"""How much a publisher without transport-wide feedback may send, by loss and by what arrives. Pure.

The loss-based half of draft-ietf-rmcat-gcc-02, section 6: more than a tenth lost is too much, less
than a fiftieth leaves room. It starts generous: a classroom's uplink is its own.
"""

START = 4_000_000
"""Bits per second that a publisher is granted before anything is known."""
LEAST = 150_000
"""Below this a picture says nothing any more."""
MOST = 8_000_000
"""More is never granted."""
PERIOD = 1.0
"""Seconds between two steps and two messages."""


class Allowance:
    """What one peer is granted, told again every `PERIOD`."""

    def __init__(self) -> None:
        self._granted = float(START)
        self._told = float("-inf")

    @property
    def granted(self) -> int:
        """Bits per second, all streams of the peer together."""
        return int(self._granted)

    def step(self, now: float, loss: float, incoming: float) -> int | None:
        """The figure to tell now, given the loss (0 to 1) and bits per second since the last step.

        None while it is too early.
        """
        if now - self._told < PERIOD:
            return None
        self._told = now
        if loss > 0.1:
            # What does not arrive tells how much too much it was; what arrives is a floor.
            self._granted = max(self._granted * (1 - 0.5 * loss), 0.85 * incoming)
        elif loss < 0.02:
            self._granted = max(self._granted, min(self._granted * 1.08, 2 * incoming + LEAST))
        self._granted = min(max(self._granted, LEAST), MOST)
        return self.granted
