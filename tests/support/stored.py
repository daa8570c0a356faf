"""A data folder's database with a planned lesson, for tests."""

from datetime import UTC, datetime
from itertools import count

from server.programme.lesson import Lesson, plan_lesson

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def planned(title: str = "数学", rooms: tuple[str, ...] = ("乙",), name: str = "id") -> Lesson:
    """A lesson whose ids are `<name>0`, `<name>1`…: the rooms', then its own."""
    numbers = count()
    return plan_lesson(title, "甲", rooms, 40, lambda: f"{name}{next(numbers)}")
