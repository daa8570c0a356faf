"""Which layers of a picture its publisher has to send: those that somebody gets. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from server.media.allocation import Plan
from signaling.ids import SourceId

KEEP: Final = 5.0
"""Seconds that a layer goes on without anybody: whoever comes back has it at once."""


class Watched:
    """The layers of all sources of a worker; one entry per layer that somebody got of late."""

    def __init__(self) -> None:
        self._until: dict[tuple[SourceId, int], float] = {}

    def step(self, plans: Iterable[Plan], now: float) -> dict[SourceId, frozenset[int]]:
        """The layers that each source is to send; a source that is not named is to send none.

        A layer begins at once and ends `KEEP` after the last plan that had it. A still takes the
        smallest. Whoever records is one more receiver, with a plan of its own.
        """
        for plan in plans:
            for source, row in plan.rows.items():
                if row is not None:
                    self._until[source, row.layer] = now + KEEP
            for source in plan.stills:
                self._until[source, 0] = now + KEEP
        self._until = {layer: until for layer, until in self._until.items() if until > now}
        found: dict[SourceId, set[int]] = {}
        for source, layer in self._until:
            found.setdefault(source, set()).add(layer)
        return {source: frozenset(layers) for source, layers in found.items()}

    def forget(self, source: SourceId) -> None:
        """A source has ended."""
        self._until = {layer: until for layer, until in self._until.items() if layer[0] != source}
