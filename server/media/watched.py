"""Which layers of a picture its publisher has to send: those that somebody gets. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from signaling.ids import SourceId

KEEP: Final = 5.0
"""Seconds that a layer goes on without anybody: whoever comes back has it at once."""


class Watched:
    """The layers of all sources of a worker; one entry per layer that somebody got of late."""

    def __init__(self) -> None:
        self._until: dict[tuple[SourceId, int], float] = {}

    def step(
        self, wanted: Iterable[tuple[SourceId, int]], now: float
    ) -> dict[SourceId, frozenset[int]]:
        """The layers that each source is to send; one that is not named is to send none.

        A layer begins at once and ends `KEEP` after it was wanted last. Of what is watched at all
        the lowest goes on too: whoever's line narrows, the publisher's own among them, falls to it
        at once.
        """
        for source, layer in wanted:
            self._until[source, layer] = self._until[source, 0] = now + KEEP
        self._until = {layer: until for layer, until in self._until.items() if until > now}
        found: dict[SourceId, set[int]] = {}
        for source, layer in self._until:
            found.setdefault(source, set()).add(layer)
        return {source: frozenset(layers) for source, layers in found.items()}
