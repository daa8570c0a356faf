import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.losses import FIRST_WAIT, MISSING_LIMIT, TRIES, Losses


def after(*numbers: int) -> Losses:
    losses = Losses()
    for number in numbers:
        losses.arrived(number, 0.0)
    return losses


def test_nothing_is_missing_while_numbers_follow_one_another() -> None:
    assert after(1, 2, 3).due(1.0, 0.1) == []


def test_a_gap_is_asked_for_after_the_first_wait() -> None:
    losses = after(10, 13)
    assert losses.due(FIRST_WAIT / 2, 0.1) == []
    assert losses.due(FIRST_WAIT, 0.1) == [11, 12]


def test_a_packet_that_was_only_late_is_not_asked_for() -> None:
    losses = after(10, 13, 11)
    assert losses.due(1.0, 0.1) == [12]


def test_a_packet_is_asked_for_again_ever_more_slowly_and_then_given_up() -> None:
    losses = after(1, 3)
    asked = []
    for hundredth in range(300):
        if losses.due(hundredth / 100, 0.1):
            asked.append(hundredth / 100)
    assert asked == pytest.approx([0.02, 0.12, 0.32, 0.72, 1.52], abs=0.03)
    assert len(asked) == TRIES


def test_sound_may_be_asked_for_less_often() -> None:
    losses = Losses(tries=2)
    for number in (1, 3):
        losses.arrived(number, 0.0)
    asked = [at / 100 for at in range(100) if losses.due(at / 100, 0.1)]
    assert asked == pytest.approx([0.02, 0.12], abs=0.03)


def test_a_repaired_packet_is_forgotten() -> None:
    losses = after(1, 3)
    assert losses.due(1.0, 0.1) == [2]
    losses.arrived(2, 1.1)
    assert losses.due(1.2, 0.1) == []


def test_a_gap_too_large_is_given_up_at_once_and_told_once() -> None:
    losses = after(1, 3, MISSING_LIMIT + 4)
    assert losses.due(1.2, 0.1) == []
    assert losses.overflowed()
    assert not losses.overflowed()
    losses.arrived(MISSING_LIMIT + 6, 0.0)
    assert losses.due(1.0, 0.1) == [MISSING_LIMIT + 5]


@pytest.mark.parametrize("first", [0, 65_535])
def test_what_came_before_the_first_packet_is_not_missing(first: int) -> None:
    losses = after(first, first - 1, first + 1)
    assert losses.due(1.2, 0.1) == []


@given(st.lists(st.integers(0, 100_000), max_size=100))
def test_what_is_waited_for_stays_bounded(numbers: list[int]) -> None:
    losses = after(*numbers)
    assert len(losses.due(1.0, 0.1)) <= MISSING_LIMIT
