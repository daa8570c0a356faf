"""What a cutter of pictures or sound gives out: pieces of a track, in order. Pure."""

from dataclasses import dataclass

from recorder.samples import Writer
from signaling.events import Codec, GapReason


@dataclass(frozen=True, kw_only=True)
class PartOpened:
    """A new file begins."""

    start: float
    """Lesson time."""
    codec: Codec
    """What is in it."""
    writer: Writer
    """Knows its head and its mime type."""


@dataclass(frozen=True, kw_only=True)
class Fragment:
    """At most a second of the open part."""

    data: bytes
    """As the file holds it."""
    start: float
    """Lesson time."""
    end: float
    """Lesson time."""
    key: bool
    """Whether a decoder can begin with it."""


@dataclass(frozen=True, kw_only=True)
class PartClosed:
    """The open part is whole."""

    end: float
    """Lesson time."""


@dataclass(frozen=True, kw_only=True)
class GapFound:
    """A stretch is not kept."""

    start: float
    """Lesson time."""
    end: float
    """Lesson time."""
    reason: GapReason
    """Why."""


@dataclass(frozen=True, kw_only=True)
class KeyFrameWanted:
    """The publisher is asked for a key frame."""


Piece = PartOpened | Fragment | PartClosed | GapFound | KeyFrameWanted
"""Anything a cutter gives out."""
