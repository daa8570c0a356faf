"""What cutting pictures and cutting sound have in common: parts, fragments, gaps. Pure."""

from dataclasses import dataclass, field
from typing import NamedTuple

from recorder import segments
from recorder.samples import Sample, Writer
from signaling.events import Codec, GapReason

FRAGMENT_S = 0.4
"""Media in a fragment; with the wait for retransmissions it stays below a second."""
PART_S = 300.0
"""A file is closed and the next begun when it is so long."""
STALE_MARK = 5
"""After so many fragments that follow on each other, nothing came of a mark."""
GAP_S = 0.1
"""A shorter hole is no gap."""


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


class Timed(NamedTuple):
    """A frame with its place in the lesson."""

    time: float
    """Lesson time."""
    ran: float
    """Seconds of its RTP clock, which has no steps."""
    data: bytes
    """As a file holds it."""
    key: bool
    """Whether a decoder can begin with it."""
    codec: Codec
    """In what."""


@dataclass
class OpenPart:
    """The file that is being written."""

    start: float
    """Lesson time."""
    codec: Codec
    """What is in it."""
    writer: Writer
    """Makes its bytes."""
    samples: list[Sample] = field(default_factory=list)
    """Of the fragment that is not cut yet."""


class Cutter:
    """One source's track, continued over any number of publications.

    `pieces` is what came of the calls so far; whoever calls takes them out each time.
    """

    def __init__(self, kept_to: float | None = None, reason: GapReason | None = None) -> None:
        self.pieces: list[Piece] = []
        """What is to be written and told, in order."""
        self.stopped: GapReason | None = None
        """Why nothing is written just now."""
        self.kept_to = kept_to
        """Lesson time up to which something is kept, or from which something should be."""
        self._reason = reason
        self._since_mark = 0
        self._part: OpenPart | None = None

    def mark(self, reason: GapReason) -> None:
        """The next gap is called so, if it comes before two more seconds are kept.

        While nothing is written at all, that is the reason, whatever else there is.
        """
        if self.stopped is None:
            self._reason = reason
            self._since_mark = 0

    def stop(self, reason: GapReason, since: float | None = None) -> None:
        """Write nothing until `go_on`; what lies behind `since` did not reach the disk."""
        if self.stopped is None:
            self.mark(reason)
            self.stopped = reason
        self._leave()
        if since is not None and self.kept_to is not None:
            self.kept_to = min(self.kept_to, since)

    def go_on(self) -> None:
        """Write again."""
        self.stopped = None

    def close(self, reason: GapReason | None) -> None:
        """The publication is over; its track may go on with another. None: as marked before."""
        self._leave()
        if self.stopped is None and reason is not None:
            self._reason = reason

    def begin_anew(self, now: float) -> None:
        """Another stream follows, of another layer or page; the part goes on where it can."""
        raise NotImplementedError

    def finish(self, end: float) -> None:
        """The lesson is over."""
        self._leave()
        if self.kept_to is not None and end - self.kept_to > GAP_S:
            self._gap(end, GapReason.SENDER_AWAY)

    def _leave(self) -> None:
        """Close the open part with what it has."""
        raise NotImplementedError

    def _open(self, frame: Timed, start: float, reason: GapReason) -> OpenPart:
        """Begin a part; raises `ValueError` if the frame is no key frame of its codec."""
        writer = segments.writer(frame.codec, frame.data)
        if self.kept_to is not None and start - self.kept_to > GAP_S:
            self._gap(start, reason)
        self._reason = None
        self.pieces.append(PartOpened(start=start, codec=frame.codec, writer=writer))
        self._part = OpenPart(start, frame.codec, writer)
        return self._part

    def _gap(self, end: float, reason: GapReason) -> None:
        """From what is kept to `end`; a reason given before goes first."""
        assert self.kept_to is not None
        why = self._reason or reason
        self.pieces.append(GapFound(start=self.kept_to, end=end, reason=why))
        self._reason = None
        self.kept_to = end

    def _flush(self) -> None:
        """Cut the fragment."""
        part = self._part
        if part is None or not part.samples:
            return
        first, last = part.samples[0], part.samples[-1]
        start, end = part.start + first.start, part.start + last.end
        data = part.writer.fragment(part.samples)
        self.pieces.append(Fragment(data=data, start=start, end=end, key=first.key))
        part.samples = []
        self.kept_to = max(end, self.kept_to or end)
        self._since_mark += 1
        if self._since_mark >= STALE_MARK:
            self._reason = None

    def _close_part(self) -> None:
        """Cut what is left and end the file."""
        if self._part is not None:
            self._flush()
            end = self.kept_to if self.kept_to is not None else self._part.start
            self.pieces.append(PartClosed(end=end))
            self._part = None
