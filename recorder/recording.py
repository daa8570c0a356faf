"""A lesson's folder while it is recorded: open, sync, finish, recover. Blocking."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import NamedTuple

from recorder import manifest
from recorder.files import Disk
from recorder.recovery import Recovered, recover
from recorder.track import Track
from signaling.events import Kind
from signaling.ids import LessonId, SourceId

SYNCS = 8
"""Files of one lesson that are synced at the same time."""


class Finished(NamedTuple):
    """What a lesson came to."""

    tracks: int
    """How many sources have media."""
    seconds: float
    """Length of the longest."""
    written: int
    """Bytes of media."""


class Recording:
    """The tracks of one lesson; passes of the syncing thread and the end exclude each other."""

    def __init__(self, disk: Disk, lesson: LessonId, folder: Path) -> None:
        self.lesson = lesson
        """Which lesson."""
        self.folder = folder
        """Where it lies."""
        self._disk = disk
        self._tracks: dict[SourceId, Track] = {}
        self._parts: dict[SourceId, int] = {}
        self._named = -1
        self._whole: manifest.Manifest | None = None
        self._pass = threading.Lock()
        self._syncing = ThreadPoolExecutor(SYNCS, "syncing")
        self._closed = False

    def recover(self) -> list[Recovered]:
        """Finish what a dead recorder has left; call it before anything else."""
        found = recover(self._disk, self.folder)
        self._parts = {track.source: track.parts for track in found}
        return found

    def track(self, source: SourceId, kind: Kind) -> Track:
        """A source's track; a known one is continued in new parts."""
        if source not in self._tracks:
            parts = self._parts.get(source, 0)
            self._tracks[source] = Track(self._disk, self.folder, source, kind, parts)
        return self._tracks[source]

    def written(self, source: SourceId) -> int:
        """Bytes of a source so far."""
        track = self._tracks.get(source)
        return track.written if track is not None else 0

    def holds(self, track: Track) -> bool:
        """Whether this track is of this lesson."""
        return self._tracks.get(track.source) is track

    def sync(self) -> None:
        """One pass over the open files; the manifest follows when parts came or went.

        Raises `OSError` when the disk refuses; nothing is forgotten and the next pass tries again.
        """
        with self._pass:
            if not self._closed:
                self._sync()

    def _sync(self) -> None:
        tracks = list(self._tracks.values())
        # All at once: on a slow disk the end of a lesson would wait for each in turn.
        passes = [self._syncing.submit(track.sync) for track in tracks]
        wait(passes)
        for one in passes:
            one.result()
        changes = sum(track.changes for track in tracks)
        if changes != self._named:
            self._name()
            self._named = changes

    def _name(self) -> manifest.Manifest:
        """Write the manifest, unless it says all of this already."""
        whole = manifest.rebuild(self.folder)
        if whole != self._whole:
            manifest.write(self._disk, self.folder, whole)
            self._whole = whole
        return whole

    def finish(self) -> Finished:
        """Everything on disk and named; call it when all pieces are written. May be repeated."""
        self.sync()
        whole = self._name()
        kept = [track for track in whole.tracks if track.parts]
        lengths = [sum(part.end - part.start for part in track.parts) for track in kept]
        sizes = [
            part.init[1] + sum(segment[3] for segment in part.segments)
            for track in kept
            for part in track.parts
        ]
        return Finished(len(kept), max(lengths, default=0.0), sum(sizes))

    def close(self) -> None:
        """Close every file."""
        with self._pass:
            self._closed = True
            self._syncing.shutdown()
            for track in self._tracks.values():
                track.close()
