from dataclasses import replace

import pytest

from server.programme.attendance import Numbers
from server.programme.attendance_sums import Sum, label
from tests.support.scheduled import HOST, TOWN


@pytest.mark.parametrize(("expected", "present", "rate"), [(48, 44, 44 / 48), (0, 0, None)])
def test_the_rate_is_of_those_expected_and_of_nobody_there_is_none(
    expected: int, present: int, rate: float | None
) -> None:
    numbers = Numbers(expected=expected, present=present, on_leave=0)
    one = Sum(
        name="三(1)班", class_group=None, school="齐溪", lessons=3, declared=2, numbers=numbers
    )
    assert one.rate == rate


def test_those_who_sit_in_one_room_are_called_together() -> None:
    both = replace(HOST, learners=(TOWN, replace(TOWN, name="三(3)班", part="第一组")))
    assert label(both) == "三(2)班、三(3)班 第一组"
    assert label(replace(HOST, learners=())) == ""
