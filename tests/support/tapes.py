"""A source recorded without a process: frames in, files out."""

from collections.abc import Callable, Iterable
from pathlib import Path

from recorder.cutter import GapFound, KeyFrameWanted, Piece
from recorder.files import Disk
from recorder.intake import Intake, Source, taken
from recorder.requests import OpenSource
from recorder.track import Track
from recorder.twin.choice import incoming
from signaling.events import Codec, GapReason, Kind
from signaling.ids import LessonId, SourceId
from tests.support.encoded import Encoded, Publisher

LESSON = LessonId("lesson")
SOURCE = SourceId("p/s")


class Tape:
    """One source, its clock in the test's hand; lesson time 0 is CLOCK_MONOTONIC 1000."""

    zero = 1000.0

    def __init__(self, codec: Codec, folder: Path | None = None, disk: Disk | None = None) -> None:
        self.kind = Kind.MICROPHONE if codec is Codec.OPUS else Kind.CAMERA
        self.intake = Intake(incoming())
        self.pieces: list[Piece] = []
        self.track: Track | None = None
        if folder is not None:
            self.track = Track(disk or Disk(), folder, SOURCE, self.kind)
        self._handle = 0
        self.publisher = Publisher(0, codec)
        self.source = self.publish(codec, 0.0)

    def publish(self, codec: Codec, now: float) -> Source:
        """A new publication of the source."""
        self._handle += 1
        self.publisher = Publisher(self._handle, codec, ssrc=self._handle)
        request = OpenSource(
            lesson=LESSON, source=SOURCE, handle=self._handle, kind=self.kind, codec=codec
        )
        source = self.intake.open_source(request, self.zero, self.zero + now)
        self.source = source
        self.take()
        return source

    def play(
        self,
        frames: Iterable[Encoded],
        since: float = 0.0,
        late: Callable[[float], float] = lambda _: 0.0,
        lost: Callable[[int, int], bool] = lambda _, __: False,
    ) -> None:
        """Send frames as they come in time; `lost` is asked for (frame, packet)."""
        for number, frame in enumerate(frames):
            now = self.zero + since + frame.time + late(frame.time)
            for place, record in enumerate(self.publisher.frame(frame, now)):
                if not lost(number, place):
                    self.send(record, now)
            self.tick(now - self.zero)

    def send(self, record: bytes, now: float) -> None:
        """One record of the tap."""
        for source, found in self.intake.batch(record):
            source.record(found, now)
        self.take()

    def tick(self, now: float) -> None:
        """Time passes; lesson time."""
        self.intake.tick(self.zero + now)
        for source, found in self.intake.expire(self.zero + now):
            source.record(found, self.zero + now)
        self.source.tick(self.zero + now)
        self.take()

    def close(self, end: float, reason: GapReason | None = None) -> None:
        """The lesson ends."""
        self.source.leave(reason, self.zero + end)
        self.source.cutter.finish(end)
        self.take()
        if self.track is not None:
            self.track.sync()
            self.track.close()

    def take(self) -> None:
        """Write what there is."""
        for piece in taken(self.source):
            self.pieces.append(piece)
            if self.track is not None:
                self.track.write(piece)

    @property
    def gaps(self) -> list[GapFound]:
        """Those found so far."""
        return [piece for piece in self.pieces if isinstance(piece, GapFound)]

    @property
    def wishes(self) -> int:
        """How often a key frame was wanted."""
        return sum(isinstance(piece, KeyFrameWanted) for piece in self.pieces)
