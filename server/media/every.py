"""A period that the clockwork asks about; pure."""


class Every:
    """Says yes once per period."""

    __slots__ = ("_next", "_period")

    def __init__(self, period: float) -> None:
        self._period = period
        self._next = float("-inf")

    def is_over(self, now: float) -> bool:
        """Whether the period has passed, without beginning the next."""
        return now >= self._next

    def due(self, now: float) -> bool:
        """Whether the period has passed; it then begins anew."""
        if now < self._next:
            return False
        self._next = now + self._period
        return True
