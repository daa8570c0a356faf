"""Whether transport-wide feedback comes where it was agreed. Pure."""

from typing import Final

WATCH: Final = 3.0
"""Seconds of sending without wide feedback after which the reports count instead."""


class Watch:
    """Whether wide feedback comes where it was agreed."""

    def __init__(self, now: float) -> None:
        self._heard = now
        self._unheard = 0

    def wide(self, record_packets: int, sent_octets: int, now: float) -> bool:
        """Count one record; whether the wide estimate may still be believed."""
        if record_packets:
            self._heard, self._unheard = now, 0
        else:
            self._unheard += sent_octets
            self._heard = self._heard if self._unheard else now
        return now - self._heard <= WATCH
