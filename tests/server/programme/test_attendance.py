from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.programme.attendance import (
    LARGEST,
    Numbers,
    RollState,
    Writer,
    check,
    closed,
    evening,
    reason,
    state,
)
from server.programme.refusal import Refusal, RefusedError

ENDED = datetime(2026, 9, 1, 1, 50, tzinfo=UTC)
"""Ten to ten in the morning, in Shanghai."""
EVENING = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)

counts = st.integers(-5, LARGEST + 5)


@given(counts, counts, counts)
def test_numbers_that_are_taken_can_be_true(expected: int, present: int, on_leave: int) -> None:
    numbers = Numbers(expected=expected, present=present, on_leave=on_leave)
    possible = min(expected, present, on_leave) >= 0 and max(vars(numbers).values()) <= LARGEST
    try:
        check(numbers)
    except RefusedError as refused:
        meant = Refusal.ROLL_MORE_THAN_EXPECTED if expected else Refusal.ROLL_NOBODY_EXPECTED
        # Both ways are right.
        assert refused.refusal is (meant if possible else Refusal.ROLL_OUT_OF_RANGE)  # noqa: PT017
        assert not possible or not expected or present + on_leave > expected
    else:
        assert possible
        assert expected > 0
        assert numbers.absent == expected - present - on_leave >= 0


def test_a_roll_of_nobody_is_no_roll_whoever_sat_in_to_listen() -> None:
    with pytest.raises(RefusedError) as refused:
        check(Numbers(expected=0, present=0, on_leave=0, observing=3))
    assert refused.value.refusal is Refusal.ROLL_NOBODY_EXPECTED


@pytest.mark.parametrize(
    ("typed", "correcting", "why"),
    [
        (" ", True, Refusal.ROLL_WHY_MISSING),
        ("补", True, Refusal.ROLL_WHY_MISSING),
        ("因" * 201, True, Refusal.ROLL_WHY_TOO_LONG),
        ("因" * 201, False, Refusal.ROLL_WHY_TOO_LONG),
    ],
)
def test_a_correction_says_why(typed: str, correcting: bool, why: Refusal) -> None:
    assert reason("", correcting=False) == ""
    assert reason(" 一人  迟到 ", correcting=True) == "一人 迟到"
    with pytest.raises(RefusedError) as refused:
        reason(typed, correcting=correcting)
    assert refused.value.refusal is why


@pytest.mark.parametrize(
    ("begun", "ended", "declared", "now", "found"),
    [
        (False, None, False, ENDED, RollState.NOT_YET),
        (True, None, False, EVENING + timedelta(days=1), RollState.OPEN),
        (True, ENDED, False, EVENING - timedelta(seconds=1), RollState.OPEN),
        (True, ENDED, False, EVENING, RollState.HANDED_ON),
        (True, ENDED, True, EVENING + timedelta(days=400), RollState.DECLARED),
        (True, None, True, ENDED, RollState.DECLARED),
    ],
)
def test_a_roll_is_open_until_the_evening_and_never_fills_itself(
    begun: bool, ended: datetime | None, declared: bool, now: datetime, found: RollState
) -> None:
    assert state(begun=begun, ended=ended, declared=declared, now=now) is found


def test_a_late_lesson_leaves_two_hours() -> None:
    assert evening(ENDED) == EVENING
    late = datetime(2026, 9, 1, 12, 30, tzinfo=UTC)
    assert evening(late) == late + timedelta(hours=2)


@pytest.mark.parametrize(
    ("standing", "writer", "refusal"),
    [
        (RollState.NOT_YET, Writer.OPERATOR, Refusal.ROLL_NOT_YET),
        (RollState.OPEN, Writer.TEACHER, None),
        (RollState.OPEN, Writer.SCHOOL, Refusal.ROLL_STILL_OPEN),
        (RollState.OPEN, Writer.OPERATOR, None),
        (RollState.HANDED_ON, Writer.TEACHER, Refusal.ROLL_HANDED_ON),
        (RollState.HANDED_ON, Writer.SCHOOL, None),
        (RollState.HANDED_ON, Writer.OPERATOR, None),
        *((RollState.DECLARED, writer, None) for writer in Writer),
    ],
)
def test_until_the_evening_a_roll_is_the_teachers_then_the_schools(
    standing: RollState, writer: Writer, refusal: Refusal | None
) -> None:
    assert closed(standing, writer) is refusal
