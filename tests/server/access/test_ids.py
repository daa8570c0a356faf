import time
from uuid import UUID

import pytest

from server.access.ids import uuid7


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = UUID(uuid7())
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_ids_sort_in_the_order_in_which_they_are_made() -> None:
    made = [uuid7() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_an_id_begins_with_its_time_unless_the_clock_was_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = time.time_ns() + 60_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: later)
    first = uuid7()
    assert abs(int(first.replace("-", "")[:12], 16) - later // 1_000_000) <= 1
    monkeypatch.setattr(time, "time_ns", lambda: later - 3_600_000_000_000)
    assert uuid7() > first
