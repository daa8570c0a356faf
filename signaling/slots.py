"""The pool of a down peer: what each of its receive sections is for, by its place. Pure."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

Kind = Literal["audio", "video"]
Use = Literal["camera", "camera_sound", "extra_sound", "screen", "screen_sound"]

CAMERA_PAIRS = 6
"""Pictures with their sound that every device can show at once."""
EXTRA_SOUNDS = 4
"""Sounds without a picture."""

_CAMERA: tuple[tuple[Kind, Use], ...] = (("video", "camera"), ("audio", "camera_sound"))
_SCREEN: tuple[tuple[Kind, Use], ...] = (("video", "screen"), ("audio", "screen_sound"))
_BASE = (*_CAMERA * CAMERA_PAIRS, *(("audio", "extra_sound"),) * EXTRA_SOUNDS, *_SCREEN)


class Place(NamedTuple):
    """What one section is for."""

    use: Use
    """What it carries."""
    pair: int
    """Sections of one pair bear the same number and share a media stream."""


def layout(kinds: Sequence[str]) -> list[Place] | None:
    """The place of each section of an offer, by the sections' kinds; none if it is no pool.

    Six camera pairs, four extra sounds, the screen pair, then any number of further camera pairs;
    a pair is a picture followed by its sound. Of a device that shows one thing: a picture and its
    sound in any order, or a picture alone; whatever is wished for comes there.
    """
    if sorted(kinds) in (["video"], ["audio", "video"]):
        return [Place("camera" if kind == "video" else "camera_sound", 0) for kind in kinds]
    more, odd = divmod(len(kinds) - len(_BASE), 2)
    expected = (*_BASE, *_CAMERA * more)
    if more < 0 or odd or [kind for kind, _ in expected] != list(kinds):
        return None
    places = []
    pair = -1
    for kind, use in expected:
        pair += kind == "video" or use == "extra_sound"
        places.append(Place(use, pair))
    return places
