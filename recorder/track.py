"""One source's folder: its parts and their index. Blocking; one thread writes, another syncs."""

import threading
from pathlib import Path

from recorder.cutter import Fragment, GapFound, KeyFrameWanted, PartClosed, PartOpened, Piece
from recorder.files import AppendFile, Disk
from recorder.manifest import (
    LINE,
    EndLine,
    GapLine,
    Line,
    PartLine,
    SegmentLine,
    TrackLine,
    folder_of,
)
from recorder.samples import Grouper, Span
from signaling.events import Kind
from signaling.ids import SourceId


class _Writing:
    """The part that is being written."""

    def __init__(self, number: int, file: AppendFile, sound: bool) -> None:
        self.number = number
        self.file = file
        self.grouper = Grouper(sound)
        self.end: float | None = None
        self.broken = False


class Track:
    """Writes pieces to files.

    A line of the index waits in memory until what it names is synced; no more than a part's lines
    and gaps gather there, for a full disk stops the pieces too. A piece that cannot be written
    raises `OSError`; the pieces of that part which follow are then left out up to its end.
    """

    def __init__(
        self, disk: Disk, lesson_folder: Path, source: SourceId, kind: Kind, parts: int = 0
    ) -> None:
        self.source = source
        """Which source."""
        self.written = 0
        """Bytes of media handed to the kernel."""
        self.changes = 0
        """How many parts were opened or ended; the manifest names them."""
        self._disk = disk
        self._kind = kind
        self._folder = lesson_folder / "tracks" / folder_of(source)
        self._number = parts
        self._lock = threading.Lock()
        self._writing: _Writing | None = None
        self._ended: list[AppendFile] = []
        self._pending: list[Line] = []
        self._index: AppendFile | None = None
        self._named = True
        self._dirty = False

    def write(self, piece: Piece) -> None:
        """Carry out one piece; raises `OSError` if the disk refuses."""
        match piece:
            case PartOpened():
                self._open(piece)
            case Fragment():
                self._append(piece)
            case PartClosed():
                self._end(piece)
            case GapFound():
                self._wait(GapLine(start=piece.start, end=piece.end, reason=piece.reason))
            case KeyFrameWanted():
                pass

    def sync(self) -> bool:
        """Bring everything written so far to the disk, then name it in the index.

        Returns whether there was something; raises `OSError`, and may then be called again.
        """
        with self._lock:
            ended, self._ended = self._ended, []
            open_file = self._writing.file if self._writing is not None and self._dirty else None
            count, dirty, self._dirty = len(self._pending), self._dirty, False
        if not (dirty or count):
            return False
        try:
            for file in [*ended, *([open_file] if open_file is not None else [])]:
                file.sync()
            self._note(count)
        except OSError:
            with self._lock:
                self._ended = [*ended, *self._ended]
                self._dirty = True
            raise
        for file in ended:
            file.close()
        return True

    def close(self) -> None:
        """Close the files; what was not synced by then is for `recover`."""
        for file in self._ended:
            file.close()
        if self._writing is not None:
            self._writing.file.close()
        if self._index is not None:
            self._index.close()

    def _open(self, piece: PartOpened) -> None:
        number = self._number + 1
        name = f"part-{number:04}.{piece.writer.suffix}"
        self._disk.folder(self._folder)
        file = self._disk.open(self._folder / name)
        try:
            file.append(piece.writer.init)
            line = PartLine(
                number=number,
                file=name,
                container=piece.writer.suffix,
                codec=piece.codec,
                mime=piece.writer.mime,
                start=round(piece.start, 6),
                init=(0, len(piece.writer.init)),
            )
            with self._lock:
                self._lines(line)
        except OSError:
            file.cut(0)
            file.close()
            raise
        self._number = number
        self._writing = _Writing(number, file, self._kind.is_sound)
        self._dirty = True
        self.changes += 1

    def _append(self, piece: Fragment) -> None:
        part = self._writing
        if part is None or part.broken:
            return
        offset = part.file.size
        try:
            part.file.append(piece.data)
        except OSError:
            part.broken = True
            raise
        part.end = piece.end
        self.written += len(piece.data)
        span = Span(piece.start, piece.end, offset, len(piece.data), piece.key)
        with self._lock:
            self._dirty = True
            self._segment(part, part.grouper.add(span))

    def _end(self, piece: PartClosed) -> None:
        part = self._writing
        if part is None:
            return
        with self._lock:
            self._segment(part, part.grouper.finish())
            end = part.end if part.broken and part.end is not None else piece.end
            self._pending.append(EndLine(part=part.number, end=round(end, 6)))
            self._ended.append(part.file)
            self._writing = None
            self._dirty = True
            self.changes += 1

    def _segment(self, part: _Writing, span: Span | None) -> None:
        if span is not None:
            at = (round(span.start, 6), round(span.end, 6), span.offset, span.length)
            self._pending.append(SegmentLine(part=part.number, at=at))

    def _wait(self, line: Line) -> None:
        with self._lock:
            self._pending.append(line)

    def _note(self, count: int) -> None:
        """Append the first lines that wait, and sync the index if it has new ones."""
        with self._lock:
            if count:
                self._lines(*self._pending[:count])
                del self._pending[:count]
            index, named, self._named = self._index, self._named, True
        if index is None or named:
            return
        try:
            index.sync()
        except OSError:
            self._named = False
            raise

    def _lines(self, *lines: Line) -> None:
        """To the index, all or none; the lock is held."""
        if self._index is None:
            self._disk.folder(self._folder)
            self._index = self._disk.open(self._folder / "index.jsonl")
        if not self._index.size:
            lines = (TrackLine(source=self.source, kind=self._kind), *lines)
        self._index.append(b"".join(LINE.dump_json(line) + b"\n" for line in lines))
        self._named = False
