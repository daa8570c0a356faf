"""The two threads that touch the disk: one writes pieces, one syncs. The loop waits for neither."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from recorder.cutter import Fragment, PartOpened, Piece
from recorder.track import Track

LOG = logging.getLogger(__name__)

QUEUE_BYTES = 64 * 1024 * 1024
"""So much may wait for a slow disk; then pictures stop up to a key frame (`slow_disk`)."""
SYNC_EVERY_S = 2.0

Job = Callable[[], None]
ToWrite = tuple[Track, Piece]
Failure = Callable[[Track, float | None, OSError], None]


class Writing:
    """Carries pieces to their tracks in order, in a thread.

    The queue is bounded by whoever fills it: it looks at `waiting` and stops the sources beyond
    `QUEUE_BYTES`. `failed` is called in the thread with the first lesson time that is not kept.
    """

    def __init__(self, failed: Failure) -> None:
        self._failed = failed
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._waiting = 0
        self._begun: float | None = None
        self._thread = threading.Thread(target=self._run, name="writing")
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Bytes that are not written yet."""
        with self._lock:
            return self._waiting

    def stuck_for(self, now: float) -> float:
        """Seconds that the present write has taken; 0 if there is none."""
        begun = self._begun
        return now - begun if begun is not None else 0.0

    def write(self, pieces: Sequence[ToWrite]) -> None:
        """Have pieces written, in their order."""
        if not pieces:
            return
        with self._lock:
            self._waiting += sum(_size(piece) for _, piece in pieces)
        self._jobs.put(lambda: self._write(pieces))

    def then(self, job: Job) -> None:
        """Have something done once everything before it is written."""
        self._jobs.put(job)

    def stop(self) -> None:
        """Write what waits and end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._begun = time.monotonic()
            _kept_apart(job)
            self._begun = None

    def _write(self, pieces: Sequence[ToWrite]) -> None:
        for track, piece in pieces:
            self._begun = time.monotonic()
            _kept_apart(partial(self._write_one, track, piece))

    def _write_one(self, track: Track, piece: Piece) -> None:
        try:
            track.write(piece)
        except OSError as error:
            since = piece.start if isinstance(piece, (Fragment, PartOpened)) else None
            self._failed(track, since, error)
        finally:
            with self._lock:
                self._waiting -= _size(piece)


def _kept_apart(job: Job) -> None:
    """A bug in one lesson's files ends no other's."""
    try:
        job()
    except Exception:
        LOG.exception("! writing")


def _size(piece: Piece) -> int:
    return len(piece.data) if isinstance(piece, Fragment) else 0


class Syncing:
    """Syncs every open file in one pass each `SYNC_EVERY_S`, in a thread.

    `passes` gives the jobs of a pass, one for each lesson; a job that fails is tried again in the
    next pass.
    """

    def __init__(self, passes: Callable[[], Iterable[Job]], every: float = SYNC_EVERY_S) -> None:
        self._passes = passes
        self._every = every
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="syncing")
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the pass that runs."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(self._every):
            for job in self._passes():
                try:
                    job()
                except OSError as error:
                    LOG.warning("! the disk refuses to sync: %s", error.strerror)
                except Exception:  # a bug in one lesson's files ends no other's
                    LOG.exception("! syncing")
