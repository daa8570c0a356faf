import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.losses import FIRST_WAIT, MISSING_LIMIT, PATIENCE, TRIES, TRIPS, Losses


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


def asked(losses: Losses, start: float, seconds: float = 3.0) -> list[float]:
    """When something is asked for, from a moment on."""
    moments = [start + hundredth / 100 for hundredth in range(round(100 * seconds))]
    return [at - start for at in moments if losses.due(at, 0.1)]


def test_a_packet_is_asked_for_again_each_round_trip_and_then_given_up() -> None:
    found = asked(after(1, 3), 0.0)
    assert found[:4] == pytest.approx([0.02, 0.145, 0.27, 0.395], abs=0.03)
    assert len(found) == TRIES


@pytest.mark.parametrize("trip", [0.04, 0.3])
def test_the_quickest_answer_tells_the_round_trip(trip: float) -> None:
    losses = after(1)
    for number in range(10):
        losses.arrived(3 + 2 * number, number)
        losses.due(number + FIRST_WAIT, 0.1)
        # Of some the first request or its answer is lost too.
        losses.arrived(2 + 2 * number, number + FIRST_WAIT + (3 * trip if number % 2 else trip))
    losses.arrived(100, 20.0)
    found = asked(losses, 20.0, 1.0)
    assert found[1] - found[0] == pytest.approx(PATIENCE * trip, abs=0.02)


def test_a_round_trip_that_grew_is_learned_from_a_few_answers() -> None:
    losses = after(1)
    for number in range(2 * TRIPS):
        losses.arrived(3 + 2 * number, number)
        losses.due(number + FIRST_WAIT, 0.1)
        losses.arrived(2 + 2 * number, number + FIRST_WAIT + (0.05 if number < TRIPS else 0.4))
    losses.arrived(100, 20.0)
    found = asked(losses, 20.0, 1.0)
    assert found[1] - found[0] == pytest.approx(PATIENCE * 0.4, abs=0.02)


def test_sound_may_be_asked_for_less_often() -> None:
    losses = Losses(tries=2)
    for number in (1, 3):
        losses.arrived(number, 0.0)
    assert asked(losses, 0.0) == pytest.approx([0.02, 0.145], abs=0.03)


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
