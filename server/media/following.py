"""Receivers and recorder go for the highest layers they may have that flow. Time in, rows changed.

A publisher on a thin line leaves its higher layers out, and takes them up again when it can.
"""

from typing import Final

from server.media.every import Every
from server.media.plane import Plane
from server.media.publication import Source

LOOK: Final = 0.1
"""Seconds between two looks: each asks every layer when its last packet came."""
AGAIN: Final = 1.0
"""Seconds between two wishes for a key frame that does not come."""


class Following:
    """Looks at the layers of all sources."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._looks = Every(LOOK)
        self._again = Every(AGAIN)

    def tick(self, now: float) -> None:
        """Go for other layers where some begin or end."""
        if not self._looks.due(now):
            return
        again = self._again.due(now)
        for source in self._plane.sources.values():
            flowing = source.flows(now)
            if flowing:
                self._record(source, flowing[-1], again)
                self._show(source, flowing, again)

    def _record(self, source: Source, highest: int, again: bool) -> None:
        """The recorder gets the highest."""
        changes = source.to_record != highest
        source.to_record = highest
        waits = source.recorded != highest and source.handle is not None
        if waits and (changes or again):
            self._plane.want_key_frame_of(source.layers[highest])

    def _show(self, source: Source, flowing: list[int], again: bool) -> None:
        """The rows are asked where something has changed; who waits for a key frame, again."""
        if flowing == source.followed and not again:
            return
        source.followed = flowing
        for row in source.rows:
            self._plane.follow(row, flowing)
            if again:
                self._plane.want_key_frame_of(row.misses)
