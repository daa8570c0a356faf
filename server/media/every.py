"""A period that the clockwork asks about; pure."""


class Every:
    """Says yes once per period."""

    __slots__ = ("_next", "_period")

    def __init__(self, period: float) -> None:
        self._period = period
        self._next = float("-inf")

    @property
    def at(self) -> float:
        """When the period will have passed."""
        return self._next

    def due(self, now: float) -> bool:
        """Whether the period has passed; it then begins anew."""
        if now < self._next:
            return False
        self._next = now + self._period
        return True
