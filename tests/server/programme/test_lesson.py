from itertools import count

import pytest

from server.programme.lesson import Lesson, PlanError, plan_lesson


def plan(
    title: str = "数学", host: str = "甲", rooms: tuple[str, ...] = ("乙",), minutes: float = 40
) -> Lesson:
    numbers = count()
    return plan_lesson(title, host, rooms, minutes, lambda: str(next(numbers)))


def test_the_host_room_comes_first() -> None:
    lesson = plan(rooms=("乙", "丙"))
    assert [(room.name, room.host) for room in lesson.rooms] == [
        ("甲", True),
        ("乙", False),
        ("丙", False),
    ]
    assert lesson.host.name == "甲"
    assert lesson.planned_seconds == 2400


def test_a_room_is_found_by_its_participant() -> None:
    lesson = plan()
    assert lesson.room(lesson.rooms[1].participant) == lesson.rooms[1]
    assert lesson.room("nobody") is None
    assert lesson.room(None) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"host": ""},
        {"rooms": ("甲",)},
        {"rooms": ("乙", " 乙 ")},
        {"rooms": ("乙" * 41,)},
        {"minutes": 0},
        {"minutes": 601},
    ],
)
def test_what_cannot_be_taught_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(PlanError):
        plan(**wrong)  # type: ignore[arg-type]  # each case replaces one argument
