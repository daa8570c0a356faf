"""From the records of the tap to the pieces of every track; the recorder without files. Pure."""

import logging
from collections import deque
from collections.abc import Iterable, Iterator

from recorder import packets
from recorder.cutter import Piece
from recorder.packets import WHOLE, Found, Incoming
from recorder.picture import PictureCutter
from recorder.requests import OpenSource
from recorder.sound import SoundCutter
from recorder.stream import Stream
from recorder.timeline import DeviceClock, device_clock
from signaling.events import Codec, GapReason, Kind
from signaling.ids import LessonId, SourceId, owner_of
from signaling.rtp import tap

LOG = logging.getLogger(__name__)

HELD_HANDLES = 64
HELD_RECORDS = 2048
HELD_S = 10.0
CLOSED_HANDLES = 4096


class Source:
    """One source of a lesson: its cutter, and the stream of its present publication."""

    def __init__(self, lesson: LessonId, source: SourceId, kind: Kind, zero: float) -> None:
        self.lesson = lesson
        """Whose."""
        self.source = source
        """Which."""
        self.kind = kind
        """What it is."""
        self.zero = zero
        """CLOCK_MONOTONIC at lesson time 0."""
        self.cutter: PictureCutter | SoundCutter = self._cutter(None, None)
        """Makes the pieces."""
        self.handle: int | None = None
        """Of the present publication."""
        self._incoming: Incoming | None = None
        self._stream: Stream | None = None

    def continues(self, kept_to: float | None, reason: GapReason | None) -> None:
        """There is a track already, up to a lesson time; why nothing followed."""
        self.cutter = self._cutter(kept_to, reason)

    def _cutter(
        self, kept_to: float | None, reason: GapReason | None
    ) -> PictureCutter | SoundCutter:
        if self.kind.is_sound:
            return SoundCutter(kept_to, reason)
        return PictureCutter(self.kind, kept_to, reason)

    def publish(
        self, handle: int, codec: Codec, device: DeviceClock, incoming: Incoming, now: float
    ) -> None:
        """Another publication begins."""
        self.leave(None, now)
        self.handle = handle
        self._incoming = incoming
        self._stream = Stream(codec, device, self.zero)
        incoming.open(handle, codec)

    def leave(self, reason: GapReason | None, now: float) -> None:
        """The present publication is over; with a reason for what is missing from here on."""
        self.record(self.forget(now), now)
        if self._stream is not None:
            self.cutter.close(reason)
        self._stream = None

    def forget(self, now: float) -> Iterable[Found]:
        """No packets come any more; what was held of the present publication."""
        incoming, self._incoming = self._incoming, None
        if incoming is None or self.handle is None:
            return ()
        return incoming.close(self.handle, now)

    def record(self, found: Iterable[Found], now: float) -> None:
        """What came of the packets."""
        stream = self._stream
        if stream is None:
            return
        at = now - self.zero
        for one in found:
            if one.kind == WHOLE:
                self.cutter.frame(stream.frame(one), at)
            else:
                self._other(stream, one, at)

    def _other(self, stream: Stream, found: Found, at: float) -> None:
        """What is no frame."""
        match found.kind:
            case packets.LOST:
                self.cutter.lose(GapReason.PACKETS_LOST, at)
            case packets.OVERRUN:
                self.cutter.lose(GapReason.RECORDER_OVERRUN, at)
            case packets.BEGUN:
                if stream.begin(found.codec):
                    self.cutter.begin_anew(at)
            case packets.REPORT:
                ntp, rtp = tap.REPORT.unpack(found.data)
                stream.report(ntp, rtp, found.arrival)
            case _:
                pass

    def tick(self, now: float) -> None:
        """Time passed."""
        self.cutter.tick(now - self.zero)


class Intake:
    """Every source that is recorded, by lesson and by handle.

    Records of a handle that is not opened yet are held: for at most `HELD_HANDLES` handles the
    last `HELD_RECORDS`, oldest out first, for `HELD_S`.
    """

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming
        self._sources: dict[tuple[LessonId, SourceId], Source] = {}
        self._handles: dict[int, Source] = {}
        self._clocks: dict[tuple[LessonId, str], DeviceClock] = {}
        self._held: dict[int, deque[Found]] = {}
        self._closed: dict[int, None] = {}

    @property
    def waiting(self) -> frozenset[int]:
        """Handles that have records and are not opened yet."""
        return frozenset(self._held)

    def sources(self, lesson: LessonId) -> list[Source]:
        """Those of a lesson, known from now or from before."""
        return [source for source in self._sources.values() if source.lesson == lesson]

    def all(self) -> list[Source]:
        """Those of every lesson."""
        return list(self._sources.values())

    def known(self, lesson: LessonId, source: SourceId) -> Source | None:
        """One source, if it was ever opened or recovered."""
        return self._sources.get((lesson, source))

    def add(self, source: Source) -> None:
        """A source that a dead recorder has left."""
        self._sources[source.lesson, source.source] = source

    def open_source(self, request: OpenSource, zero: float, now: float) -> Source:
        """A publication begins; records that came before this request are read first."""
        key = request.lesson, request.source
        source = self._sources.get(key)
        if source is None:
            source = Source(request.lesson, request.source, request.kind, zero)
            self._sources[key] = source
        if source.handle is not None:
            self._handles.pop(source.handle, None)
            self._forget(source.handle)
        device = request.device or owner_of(request.source)
        clock = self._clocks.setdefault((request.lesson, device), device_clock())
        source.publish(request.handle, request.codec, clock, self._incoming, now)
        self._handles[request.handle] = source
        held = b"".join(found.data for found in self._held.pop(request.handle, ()))
        source.record(self._incoming.batch(held), now)
        return source

    def close_source(self, handle: int, reason: GapReason, now: float) -> Source | None:
        """A publication is over."""
        self._forget(handle)
        source = self._handles.pop(handle, None)
        if source is not None:
            source.leave(reason, now)
            source.handle = None
        return source

    def mark_gap(self, source: SourceId, reason: GapReason) -> None:
        """The next gap of a source has this reason."""
        for known in self._sources.values():
            if known.source == source:
                known.cutter.mark(reason)

    def close_lesson(self, lesson: LessonId, end: float) -> list[Source]:
        """Everything of a lesson is over; its sources have their last pieces."""
        closed = self.sources(lesson)
        for source in closed:
            source.leave(None, end + source.zero)
            source.cutter.finish(end)
        self.drop(lesson)
        return closed

    def drop(self, lesson: LessonId) -> None:
        """Forget a lesson with everything it holds."""
        for source in self.sources(lesson):
            source.forget(0.0)
            if source.handle is not None:
                self._forget(source.handle)
                self._handles.pop(source.handle, None)
            del self._sources[lesson, source.source]
        self._clocks = {key: clock for key, clock in self._clocks.items() if key[0] != lesson}

    def batch(self, batch: bytes | memoryview) -> list[tuple[Source, list[Found]]]:
        """What came of messages of the tap, by whose it is; held if nobody's yet."""
        found: list[Found] = []
        try:
            found += self._incoming.batch(batch)
        except ValueError:
            LOG.exception("! the tap")
        return self._sorted(found)

    def expire(self, now: float) -> list[tuple[Source, list[Found]]]:
        """What is whole without packets that were waited for too long."""
        return self._sorted(self._incoming.expire(now))

    def _sorted(self, found: Iterable[Found]) -> list[tuple[Source, list[Found]]]:
        groups: dict[int, list[Found]] = {}
        for one in found:
            group = groups.get(one.handle)
            if group is None:
                groups[one.handle] = [one]
            else:
                group.append(one)
        out: list[tuple[Source, list[Found]]] = []
        for handle, group in groups.items():
            source = self._handles.get(handle)
            if source is not None:
                out.append((source, group))
            elif handle not in self._closed:
                self._hold(handle, group)
        return out

    def tick(self, now: float) -> None:
        """Forget what nobody came for."""
        old = [handle for handle, kept in self._held.items() if now - kept[-1].arrival > HELD_S]
        for handle in old:
            del self._held[handle]

    def _hold(self, handle: int, found: list[Found]) -> None:
        if handle not in self._held and len(self._held) >= HELD_HANDLES:
            del self._held[next(iter(self._held))]
        self._held.setdefault(handle, deque(maxlen=HELD_RECORDS)).extend(found)

    def _forget(self, handle: int) -> None:
        self._held.pop(handle, None)
        self._closed[handle] = None
        if len(self._closed) > CLOSED_HANDLES:
            del self._closed[next(iter(self._closed))]


def taken(source: Source) -> Iterator[Piece]:
    """The pieces of a source so far, each once."""
    pieces, source.cutter.pieces = source.cutter.pieces, []
    yield from pieces
