"""The two threads that touch the disk."""

import threading
from pathlib import Path
from time import monotonic

import pytest

from recorder.cutter import PartOpened
from recorder.files import Disk
from recorder.mp4 import opus_writer
from recorder.track import Track
from recorder.writing import Syncing, Writing
from signaling.events import Codec, Kind
from signaling.ids import SourceId
from tests.support.disks import FullDisk, SlowDisk

Failed = tuple[Track, float | None, OSError]


def track(folder: Path, disk: Disk) -> Track:
    return Track(disk, folder, SourceId("p/a"), Kind.MICROPHONE)


OPENED = PartOpened(start=5.0, codec=Codec.OPUS, writer=opus_writer())


def test_a_refused_piece_is_told_with_the_time_it_begins(tmp_path: Path) -> None:
    failed: list[Failed] = []
    writing = Writing(lambda *what: failed.append(what))
    one = track(tmp_path, FullDisk(0))
    writing.write([(one, OPENED)])
    writing.stop()
    ((which, since, error),) = failed
    assert which is one
    assert since == 5.0
    assert error.errno == 28


def test_a_write_that_hangs_is_seen(tmp_path: Path) -> None:
    writing = Writing(lambda *_: None)
    one = track(tmp_path, SlowDisk(append_s=0.3))
    writing.write([(one, OPENED)])
    threading.Event().wait(0.15)
    assert writing.stuck_for(monotonic()) > 0.05
    writing.stop()
    assert writing.stuck_for(monotonic()) == 0.0
    assert writing.waiting == 0
    one.close()


def test_a_bug_in_one_job_ends_neither_thread(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()

    def bug() -> None:
        raise ZeroDivisionError

    writing = Writing(lambda *_: None)
    writing.then(bug)
    writing.then(done.set)
    assert done.wait(5)
    writing.stop()
    passes: list[int] = []
    again = threading.Event()

    def job() -> None:
        passes.append(1)
        if len(passes) > 2:
            again.set()
        raise OSError(28, "full") if len(passes) == 1 else ZeroDivisionError

    syncing = Syncing(lambda: [job], every=0.01)
    assert again.wait(5)
    syncing.stop()
    assert "refuses to sync" in caplog.text
