from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from server.doctor.machine import look_at_processor, look_at_room
from server.store.folder import JOURNAL, lesson_folder
from signaling.events import LessonOpened
from signaling.ids import LessonId
from signaling.journal import NONCE_BYTES, Writer

NOW = datetime(2026, 9, 30, 4, 0, tzinfo=UTC)


def lesson(data: Path, name: str, days_ago: float, size: int) -> None:
    """A lesson whose files have so many bytes."""
    folder = lesson_folder(data, name)
    (folder / "tracks" / "p~camera").mkdir(parents=True)
    begun = (NOW - timedelta(days=days_ago)).isoformat()
    event = LessonOpened(lesson=LessonId(name), utc=begun, planned_seconds=2400, rooms=())
    line = Writer().write(0.0, event, bytes(NONCE_BYTES))[1]
    (folder / JOURNAL).write_bytes(line)
    (folder / "tracks" / "p~camera" / "part-1.mp4").write_bytes(bytes(size - len(line)))


def test_only_the_last_weeks_lessons_count(tmp_path: Path) -> None:
    lesson(tmp_path, "old", days_ago=7.1, size=9000)
    lesson(tmp_path, "one", days_ago=6.9, size=1000)
    lesson(tmp_path, "two", days_ago=0.1, size=2000)
    (lesson_folder(tmp_path, "planned")).mkdir()
    (lesson_folder(tmp_path, "torn")).mkdir()
    (lesson_folder(tmp_path, "torn") / JOURNAL).write_bytes(b'{"n":0')
    room = look_at_room(tmp_path, 7, NOW)
    assert (room.week, room.days, room.kept_free) == (3000, 7.0, 7)
    assert room.week_words == "3.0 kB"
    assert room.free == pytest.approx(psutil.disk_usage(str(tmp_path)).free, rel=0.05)


def test_a_young_server_has_fewer_days_behind_it(tmp_path: Path) -> None:
    lesson(tmp_path, "one", days_ago=2.5, size=1000)
    assert look_at_room(tmp_path, 0, NOW).days == pytest.approx(2.5)
    lesson(tmp_path / "other", "one", days_ago=0.1, size=1000)
    assert look_at_room(tmp_path / "other", 0, NOW).days == 1.0


def test_a_folder_that_is_not_there_has_no_lessons_and_is_not_made(tmp_path: Path) -> None:
    assert look_at_room(tmp_path / "new", 0, NOW).week == 0
    assert not (tmp_path / "new").exists()


def test_the_processor_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.doctor.machine.LOOK_SECONDS", 0.05)
    machine = look_at_processor()
    assert machine.cores == psutil.cpu_count()
    assert 0 <= machine.load <= 1
