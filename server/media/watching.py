"""Tells publishers which of their layers are watched: rows and recorder in, notices out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from server.media.link_notices import LayersWatched
from server.media.plane import Plane
from server.media.publication import Source
from server.media.requests import Notice
from server.media.subscription import Subscription
from server.media.switching import NONE
from server.media.watched import Watched
from signaling.ids import PeerId, SourceId


class Watching:
    """What the publishers of a worker's pictures in layers were told."""

    def __init__(self, plane: Plane, notify: Callable[[Notice], None]) -> None:
        self._plane = plane
        self._notify = notify
        self._watched = Watched()
        self._told: dict[tuple[PeerId, SourceId], frozenset[int]] = {}

    def tick(self, now: float) -> None:
        """Tell of what has changed; a publisher sends everything until it is told."""
        layered = [source for source in self._plane.sources.values() if source.layers]
        wanted = (pair for each in layered for pair in self._wanted(each))
        watched = self._watched.step(wanted, now)
        told, self._told = self._told, {}
        for source in layered:
            every = frozenset(range(len(source.layers)))
            layers = watched.get(source.id, frozenset()) & every
            self._told[_publisher(source)] = layers
            if layers != told.get(_publisher(source), every):
                self._tell(source, layers)

    def _wanted(self, source: Source) -> Iterator[tuple[SourceId, int]]:
        """The layers that somebody wants; of a publisher that has just come all."""
        if _publisher(source) not in self._told:
            yield from ((source.id, layer) for layer in range(len(source.layers)))
        yield from _wanted(source)

    def _tell(self, source: Source, layers: frozenset[int]) -> None:
        publication = source.layers[0]
        rids = tuple(publication.section.layers[layer] for layer in sorted(layers))
        self._notify(LayersWatched(peer=publication.peer.id, source=source.id, layers=rids))


def _publisher(source: Source) -> tuple[PeerId, SourceId]:
    return source.layers[0].peer.id, source.id


def _wanted(source: Source) -> Iterator[tuple[SourceId, int]]:
    """The layers that rows wish for or have to do with meanwhile, and the one to be recorded."""
    highest = len(source.layers) - 1
    for row in source.rows:
        if row.wish is not None:
            yield source.id, min(row.wish[0], highest)
        if row.switch is not None:
            yield from _followed(row, source.id)
    if source.handle is not None:
        yield source.id, highest
        yield source.id, max(source.to_record, 0)


def _followed(row: Subscription, source: SourceId) -> Iterator[tuple[SourceId, int]]:
    for layer in (row.switch.layer, row.switch.wanted) if row.switch is not None else ():
        if layer != NONE:
            yield source, layer
