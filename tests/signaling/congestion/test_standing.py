import pytest

from signaling.congestion.standing import SETTLED, SURE, Standing


def judged(rates: list[float], *, stands: bool = True) -> list[float | None]:
    standing = Standing()
    return [standing.step(stands, rate) for rate in rates]


BEGIN = [1e6] * (SETTLED + 3)


@pytest.mark.parametrize(
    ("rates", "found"),
    [
        (BEGIN + [7e5] * SURE, 1e6),  # less came, and the delay stayed: no queue
        (BEGIN + [8e5] * 50, None),  # as a busy link's rate may be measured
        (BEGIN + [7e5] * (SURE - 1) + [1e6] + [7e5] * (SURE - 1), None),  # not one after another
        ([4e6] * (SETTLED - 1) + [5e5] * 50, None),  # what came before it stood does not count
        ([1e6] * SETTLED + [7e5] * (SURE - 1), None),  # too early
        (BEGIN + [1.2e6] * 3 + [8.9e5] * SURE, 1.2e6),  # of the most that came
    ],
)
def test_less_that_comes_while_the_delay_stays_tells_that_there_is_no_queue(
    rates: list[float], found: float | None
) -> None:
    told = judged(rates)
    assert told[-1] == found
    assert set(told[:-1]) == {None}


def test_what_does_not_stand_is_not_judged() -> None:
    assert set(judged(BEGIN + [1e5] * 50, stands=False)) == {None}


def test_it_begins_anew_when_the_queue_has_drained() -> None:
    standing = Standing()
    for rate in BEGIN:
        standing.step(True, rate)
    standing.step(False, 1e6)
    assert [standing.step(True, 5e5) for _ in range(30)] == [None] * 30


def test_what_was_found_is_told_once() -> None:
    told = judged(BEGIN + [7e5] * 30)
    assert [rate for rate in told if rate is not None] == [1e6]
