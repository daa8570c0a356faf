"""What the containers share: samples that go in, spans and segments that are found again. Pure."""

from typing import NamedTuple, Protocol

SOUND_SEGMENT_S = 4.0
"""Sound could be cut anywhere; so long is a segment at least."""


class Sample(NamedTuple):
    """One frame with its place in a part."""

    data: bytes
    """As the container holds it."""
    start: float
    """Seconds since the part's start."""
    end: float
    """Where the next one begins."""
    key: bool
    """Whether a decoder can begin with it."""


class Span(NamedTuple):
    """One whole fragment found in a part."""

    start: float
    """Seconds since the part's start."""
    end: float
    """Seconds since the part's start."""
    offset: int
    """First byte in the file."""
    length: int
    """Bytes."""
    key: bool
    """Whether a decoder can begin with it."""


class Writer(Protocol):
    """Makes the bytes of one part."""

    @property
    def suffix(self) -> str:
        """Of the file: mp4 or webm."""

    @property
    def overlaps(self) -> bool:
        """Whether players take a frame that begins before the one before it was to end."""

    @property
    def mime(self) -> str:
        """As MediaSource is asked for it."""

    @property
    def init(self) -> bytes:
        """What stands first in the file and is given to a player first."""

    def fragment(self, samples: list[Sample]) -> bytes:
        """At most a second of samples; can be given to a player by itself, in order."""


class Grouper:
    """Joins fragments into segments: at key frames for pictures, every few seconds for sound."""

    def __init__(self, sound: bool) -> None:
        self._least = SOUND_SEGMENT_S if sound else 0.0
        self._open: Span | None = None

    def add(self, span: Span) -> Span | None:
        """The segment that ended where this fragment begins one."""
        done = self._open
        if done is None or (span.key and span.start - done.start >= self._least):
            self._open = span
            return done
        self._open = Span(done.start, span.end, done.offset, done.length + span.length, done.key)
        return None

    def finish(self) -> Span | None:
        """The last segment; the part has ended."""
        done, self._open = self._open, None
        return done
