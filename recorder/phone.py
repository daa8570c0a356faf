"""The phone version of a lesson: what it shows when, in pieces that are made one by one. Pure.

A piece has whole frames of picture and of sound and begins at a key frame, so that pieces made at
different times, before and after a runner's death, are joined without encoding anything again.
"""

from collections.abc import Sequence
from typing import NamedTuple

from recorder.manifest import Part, Track
from signaling.events import Kind
from signaling.ids import ParticipantId

SIZE = (960, 540)
"""Of the picture: on a phone's screen the writing of a slide can still be read."""
RATE = 15
"""Pictures per second."""
SOUND_RATE = 48_000
"""Samples per second."""
SOUND_FRAME = 1024
"""Samples of a frame of AAC (ISO 14496-3, 4.5.1.1)."""
PIECE_S = 32.0
"""480 pictures and 1500 frames of sound: the shortest whole seconds in which both are whole."""
LAG_S = 60.0
"""While the lesson runs, a piece waits so long behind the newest segment of any track: a screen's
segment is known at its next key frame, which may take half a minute."""


class Piece(NamedTuple):
    """One stretch of the lesson."""

    number: int
    """From 0."""
    start: float
    """Lesson time."""
    end: float
    """Lesson time."""


class Cast(NamedTuple):
    """Which tracks are shown and heard, the preferred first."""

    screens: tuple[Track, ...]
    """What is shared."""
    cameras: tuple[Track, ...]
    """The teacher's."""
    sounds: tuple[Track, ...]
    """Everything that is heard."""


class Read(NamedTuple):
    """Bytes of a part that decode by themselves behind its head."""

    part: Part
    """Of which part."""
    start: float
    """Lesson time of the first frame in them."""
    end: float
    """Lesson time up to which they last."""
    offset: int
    """First byte."""
    length: int
    """How many."""


class Box(NamedTuple):
    """A rectangle of the picture, in pixels."""

    x: int
    """From the left."""
    y: int
    """From the top."""
    width: int
    """Of it."""
    height: int
    """Of it."""


WHOLE = Box(0, 0, *SIZE)
"""The teacher alone."""
BESIDE = Box(720, 0, 240, 540)
"""The teacher beside a screen."""
SCREEN = Box(0, 0, 720, 540)
"""The screen beside the teacher."""


def pieces(start: float, end: float) -> list[Piece]:
    """The pieces of a lesson; the last one is as long as what is left."""
    found: list[Piece] = []
    at = start
    while end - at >= 1 / RATE:
        found.append(Piece(len(found), at, min(at + PIECE_S, end)))
        at = start + len(found) * PIECE_S
    return found


def ready(start: float, end: float, *, over: bool) -> list[Piece]:
    """The pieces that can be made when `end` is the newest that is known, or the end of all."""
    if over:
        return pieces(start, end)
    return [one for one in pieces(start, end) if one.end + LAG_S <= end]


def cast(tracks: Sequence[Track], host: ParticipantId | None) -> Cast:
    """Who is shown: any screen, and of the host room's cameras first the teacher's own."""
    screens = [track for track in tracks if track.kind is Kind.SCREEN]
    cameras = [track for track in tracks if track.kind in (Kind.CAMERA, Kind.CLASS_CAMERA)]
    cameras = [track for track in cameras if track.participant == host] or cameras
    cameras.sort(key=lambda track: track.kind is not Kind.CAMERA)
    screens.sort(key=lambda track: track.participant != host)
    sounds = [track for track in tracks if track.kind.is_sound]
    return Cast(tuple(screens), tuple(cameras), tuple(sounds))


def reads(track: Track, piece: Piece) -> list[Read]:
    """What must be read of a track to show or hear a piece of the lesson."""
    found = (_read(part, piece) for part in track.parts)
    return [one for one in found if one is not None]


def _read(part: Part, piece: Piece) -> Read | None:
    own = [one for one in part.segments if one[0] < piece.end and one[1] > piece.start]
    if not own:
        return None
    first, last = own[0], own[-1]
    length = last[2] + last[3] - first[2]
    return Read(part=part, start=first[0], end=last[1], offset=first[2], length=length)


def fitted(box: Box, size: tuple[int, int]) -> Box:
    """Where a picture of this size lies in a box: whole, in the middle, on even pixels."""
    width, height = size
    scale = min(box.width / width, box.height / height)
    wide = min(box.width, max(4, round(width * scale / 4) * 4))
    high = min(box.height, max(4, round(height * scale / 4) * 4))
    x, y = box.x + (box.width - wide) // 4 * 2, box.y + (box.height - high) // 4 * 2
    return Box(x, y, wide, high)
