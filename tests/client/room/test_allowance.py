from collections.abc import Callable
from itertools import pairwise

import pytest

from client.room.allowance import (
    CLEAR,
    HIGHER,
    HIGHER_S,
    LOWER_S,
    REST_LEAST,
    REST_MOST,
    VAIN_S,
    Allowance,
)

STEP = 0.1
Changes = list[tuple[float, float]]


def followed(estimate: Callable[[float], float], seconds: float, start: float = 1000.0) -> Changes:
    """When the budget changed, and to what."""
    allowance, now, changes = Allowance(0.0, start), 0.0, []
    while now < seconds:
        now = round(now + STEP, 1)
        if allowance.step(estimate(now), now):
            changes.append((now, allowance.budget))
    return changes


@pytest.mark.parametrize("share", [0.96, 1.0, HIGHER])
def test_an_estimate_that_stays_about_the_same_changes_nothing(share: float) -> None:
    assert followed(lambda now: 1000 * share, 60) == []


def test_a_step_that_is_over_soon_changes_nothing() -> None:
    assert followed(lambda now: 500 if 2 < now < 2 + LOWER_S else 1000, 10) == []
    assert followed(lambda now: 1500 if 2 < now < 2 + HIGHER_S else 1000, 10) == []


def test_a_fall_is_followed_to_the_most_of_its_time() -> None:
    [(at, budget)] = followed(lambda now: 500 + (60 if now < 1.3 else 0) if now > 1 else 1000, 1.5)
    assert at == pytest.approx(1.1 + LOWER_S)
    assert budget == 560


def test_a_rise_is_followed_to_the_least_of_its_time() -> None:
    [(at, budget)] = followed(lambda now: 1400 + (20 if now > 1.3 else 0) if now > 1 else 1000, 2)
    assert at == pytest.approx(1.1 + HIGHER_S)
    assert budget == 1400


def sawtooth(bottleneck: float) -> Callable[[float], float]:
    """As an estimate behind a bottleneck: too much as soon as more than that is given."""
    return lambda budget: 0.8 * bottleneck if budget > bottleneck else 1.3 * budget


def test_more_is_tried_more_rarely_each_time_that_it_is_in_vain() -> None:
    allowance, now, estimate = Allowance(0.0, 900.0), 0.0, sawtooth(1000.0)
    rises: list[float] = []
    while now < 240:
        now += STEP
        before = allowance.budget
        if allowance.step(estimate(before), now) and allowance.budget > before:
            rises.append(now)
    pauses = [later - one for one, later in pairwise(rises)]
    failed = [round(each, 3) for each in pauses if each >= REST_LEAST]
    assert failed == sorted(failed)
    assert failed[0] < 4 * REST_LEAST
    assert REST_MOST <= failed[-1] < REST_MOST + 2
    assert len(rises) < 20


def test_a_rise_that_lasted_makes_the_next_rest_short_again() -> None:
    def estimate(now: float) -> float:
        return 500.0 if 1 < now < 2 or 20 < now < 21 else 1000.0

    changes = followed(estimate, 30)
    assert [budget for _, budget in changes] == [500, 1000, 500, 1000]
    assert changes[3][0] - changes[2][0] == pytest.approx(REST_LEAST, abs=0.2)
    assert changes[2][0] - changes[1][0] > VAIN_S


def test_what_is_no_guess_is_followed_at_once_however_long_the_rest() -> None:
    def estimate(now: float) -> float:
        return 400.0 if now < 2 else 400 * (CLEAR + 0.1)

    [_, (at, _)] = followed(estimate, 10)
    assert at < 2.1 + HIGHER_S + 0.1
