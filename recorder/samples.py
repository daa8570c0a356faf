"""What the containers share: samples that go in, spans that are found again. Pure."""

from typing import NamedTuple, Protocol


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
    def mime(self) -> str:
        """As MediaSource is asked for it."""

    @property
    def init(self) -> bytes:
        """What stands first in the file and is given to a player first."""

    def fragment(self, samples: list[Sample]) -> bytes:
        """At most a second of samples; can be given to a player by itself, in order."""
