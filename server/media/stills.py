"""Data saving: of each picture a receiver gets a key frame every ten seconds and nothing between.

All receivers of a worker are served at the same instants, so that a publisher is asked for one more
key frame in ten seconds, however many save. Time in, rows changed.
"""

from collections.abc import Iterator
from typing import Final

from server.media.every import Every
from server.media.plane import Plane
from server.media.subscription import Subscription

STILL_PERIOD: Final = 10.0
"""Seconds from one still to the next."""
EXPOSURE: Final = 0.4
"""Seconds a row runs for one still, so that lost packets of the key frame can be sent again."""
LOOK_PERIOD: Final = 0.1


class Stills:
    """Lets the rows of receivers that save run only as long as a still takes."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._stills = Every(STILL_PERIOD)
        self._looks = Every(LOOK_PERIOD)

    def tick(self, now: float) -> None:
        """Stop the rows whose still has gone out; at each period let all begin again."""
        if self._stills.due(now):
            self._plane.wake_rows(row for row in self._rows() if row.resting)
        if self._looks.due(now):
            for row in self._rows():
                if row.has_shown(EXPOSURE, now):
                    row.rest()
                    self._plane.change(row)

    def _rows(self) -> Iterator[Subscription]:
        """The pictures of those that save, and those that a plan has room for a still of."""
        for peer in self._plane.peers.values():
            for row in peer.slots.values():
                if (row.stills or peer.stills) and row.section.kind == "video":
                    yield row
