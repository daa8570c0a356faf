from dataclasses import replace

from server.programme.attendance import Numbers
from server.programme.attendance_sums import summed
from tests.support.scheduled import FAR, HOST, TOWN

ALL = Numbers(expected=24, present=24, on_leave=0)
FEWER = Numbers(expected=24, present=20, on_leave=1)


def test_a_class_is_added_up_over_its_lessons_and_a_missing_roll_counts_as_none() -> None:
    [village] = summed([(FAR, ALL), (FAR, FEWER), (FAR, None)])
    assert (village.lessons, village.declared) == (3, 2)
    assert village.numbers == Numbers(expected=48, present=44, on_leave=1)
    assert (village.numbers.absent, village.rate) == (3, 44 / 48)
    assert village.class_groups == ("g-village",)


def test_each_school_and_each_company_has_a_line_of_its_own() -> None:
    both = replace(HOST, learners=(TOWN, replace(TOWN, name="三(3)班", class_group="g-3")))
    found = summed([(HOST, ALL), (both, FEWER), (FAR, ALL)])
    assert [(one.organisation, one.name) for one in found] == [
        ("town", "三(2)班"),
        ("town", "三(2)班、三(3)班"),
        ("village", "三(1)班"),
    ]
    assert [one.lessons for one in found] == [1, 1, 1]


def test_a_room_without_learners_has_no_line_and_nobody_expected_has_no_rate() -> None:
    assert summed([(replace(HOST, learners=()), ALL)]) == []
    [undeclared] = summed([(HOST, None)])
    assert undeclared.rate is None
