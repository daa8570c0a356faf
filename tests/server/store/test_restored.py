from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.store.restored import NOTE, Unknown, note, read

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def test_days_beside_each_other_are_one_time(tmp_path: Path) -> None:
    days = [Unknown(since=NOW, until=NOW + DAY), Unknown(since=NOW - DAY, until=NOW)]
    assert note(tmp_path, days) == Unknown(since=NOW - DAY, until=NOW + DAY) == read(tmp_path)


def test_without_a_note_nothing_is_to_be_checked(tmp_path: Path) -> None:
    assert note(tmp_path, []) is None
    assert read(tmp_path) is None
    (tmp_path / NOTE).write_bytes(b"{")
    assert read(tmp_path) is None
