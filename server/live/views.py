"""What the worker is told of a viewer: the pictures it shows, their rank and size (pure)."""

from collections.abc import Iterable

from server.live.slots import Scene, Viewer
from server.media.allocation import Rank
from server.media.requests import Shown
from signaling.ids import ParticipantId, SourceId, owner_of

WHOLE = 4320
"""Rows of a picture whose viewer does not say how large it is shown: no layer is too large."""


def view(
    bound: Iterable[SourceId | None], scene: Scene, viewer: Viewer, speaker: ParticipantId | None
) -> tuple[Shown, ...]:
    """The pictures among what a viewer's slots carry, as it shows them."""
    pictures = [s for s in bound if s is not None and (s in scene.cameras or s in scene.screens)]
    return tuple(
        Shown(source=each, rank=_rank(each, scene, speaker), rows=_rows(each, viewer))
        for each in pictures
    )


def _rank(source: SourceId, scene: Scene, speaker: ParticipantId | None) -> Rank:
    owner = owner_of(source)
    if source in scene.screens:
        return Rank.SCREEN
    if owner == (speaker if scene.called is None else scene.called):
        return Rank.CALLED
    return Rank.THUMBNAIL if owner in scene.persons else Rank.FAR_CLASS


def _rows(source: SourceId, viewer: Viewer) -> int:
    if not viewer.sizes:
        return WHOLE
    return next((one.rows for one in viewer.sizes if one.source == source), 0)
