import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.programme.attendance import Numbers, check
from server.programme.attendance_marks import Mark, counted
from server.programme.refusal import Refusal, RefusedError

PUPILS = ["ming", "hong", "gang", "li"]


def test_everybody_was_there_but_for_those_who_are_marked() -> None:
    marks = {"ming": Mark.ABSENT, "hong": Mark.LATE, "gang": Mark.ON_LEAVE}
    numbers = counted(PUPILS, marks, 2)
    assert numbers == Numbers(expected=4, present=2, on_leave=1, late=1, observing=2)
    assert numbers.absent == 1
    assert counted(PUPILS, {}, 0) == Numbers(expected=4, present=4, on_leave=0)


@given(st.dictionaries(st.sampled_from(PUPILS), st.sampled_from(Mark)))
def test_what_is_counted_can_be_true(marks: dict[str, Mark]) -> None:
    numbers = counted(PUPILS, marks, 0)
    check(numbers)
    assert numbers.absent == list(marks.values()).count(Mark.ABSENT)
    assert numbers.late <= numbers.present


@pytest.mark.parametrize(("expected", "marks"), [([], {}), (PUPILS, {"stranger": Mark.LATE})])
def test_strangers_and_rooms_by_numbers_are_refused(
    expected: list[str], marks: dict[str, Mark]
) -> None:
    with pytest.raises(RefusedError) as error:
        counted(expected, marks, 0)
    assert error.value.refusal is Refusal.ROLL_NAMES_UNKNOWN
