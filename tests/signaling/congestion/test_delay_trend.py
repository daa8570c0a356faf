from itertools import pairwise
from random import Random

import pytest

from signaling.congestion.delay_trend import BASE_SPAN, LEAST, STANDING, SUDDEN, DelayTrend, Use
from tests.support.records import delays


def judged(trend: DelayTrend, start: int, shapes: list[list[float]]) -> list[Use]:
    return [
        trend.step(delays(start + place, shape), (start + place) / 10)
        for place, shape in enumerate(shapes)
    ]


def flat(delay: float) -> list[float]:
    return [delay + 0.0002 * (step % 3) for step in range(10)]


def ramp(start: float, gain: float) -> list[float]:
    return [start + gain * step / 10 for step in range(10)]


def test_an_even_path_is_used_normally() -> None:
    assert set(judged(DelayTrend(), 0, [flat(5.0)] * 30)) == {Use.NORMAL}


def test_a_growing_queue_is_noticed_within_three_records() -> None:
    trend = DelayTrend()
    judged(trend, 0, [flat(5.0)] * 10)
    uses = judged(trend, 10, [ramp(5 + 0.03 * step, 0.03) for step in range(3)])
    assert Use.OVER in uses


def test_a_queue_that_stands_is_too_much_though_it_does_not_grow() -> None:
    trend = DelayTrend()
    judged(trend, 0, [flat(5.0)] * 10)
    uses = judged(trend, 10, [flat(5.02 + STANDING)] * 10)
    assert uses[-1] is Use.OVER
    assert trend.queue > STANDING


def test_a_draining_queue_is_waited_for() -> None:
    trend = DelayTrend()
    judged(trend, 0, [flat(5.0)] * 10)
    judged(trend, 10, [flat(5.3)] * 5)
    assert Use.UNDER in judged(trend, 15, [ramp(5.3 - 0.05 * step, -0.05) for step in range(4)])


def test_a_path_that_became_longer_is_no_queue_for_ever() -> None:
    trend = DelayTrend()
    judged(trend, 0, [flat(5.0)] * 10)
    uses = judged(trend, 10, [flat(5.2)] * int(30 * BASE_SPAN))
    assert uses[-1] is Use.NORMAL
    assert trend.queue < 0.001


def test_a_record_without_arrivals_changes_nothing() -> None:
    trend = DelayTrend()
    judged(trend, 0, [flat(5.0), flat(5.05)])
    before = trend.queue
    assert trend.step(delays(2, []), 0.2) is Use.NORMAL
    assert trend.queue == before


def test_the_threshold_stays_where_the_draft_holds_it() -> None:
    trend = DelayTrend()
    judged(trend, 0, [flat(5.0)] * 100)
    assert trend.threshold == LEAST


def rough(start: float, gain: float, jitter: float, seed: int) -> list[float]:
    """Delays that gain so much in a record, each a little more or less."""
    dice = Random(seed)
    return [delay + dice.uniform(-jitter, jitter) for delay in ramp(start, gain)]


@pytest.mark.parametrize(
    ("gain", "jitter", "least", "uses"),
    [
        # Of what jitter may make one record is not enough.
        (0.02, 0.04, 0.04, [Use.NORMAL, Use.OVER]),
        # Certain: no jitter makes such a line.
        (0.03, 0.0, 0.02, [Use.OVER, Use.OVER]),
        # Sure, and a queue that jitter does not make.
        (0.02, 0.05, SUDDEN + 0.03, [Use.OVER, Use.OVER]),
        # Nothing below the least queue.
        (0.02, 0.0, 0.0, [Use.NORMAL, Use.OVER]),
    ],
    ids=["sure", "certain", "sudden", "too little"],
)
def test_growth_is_believed_when_it_is_not_jitter(
    gain: float, jitter: float, least: float, uses: list[Use]
) -> None:
    trend = DelayTrend()
    judged(trend, 0, [flat(5.0)] * 10)
    trend.step(delays(10, []), 1.0)
    grown = [rough(5 + least + gain * step, gain, jitter, step) for step in range(2)]
    assert judged(trend, 10, grown) == uses


def kept_in_order(jitter: float, seed: int) -> list[list[float]]:
    """A minute of records of a path on which packets come late at random, but in their order."""
    dice = Random(seed)
    came = [step / 100 + 5 + dice.uniform(0, jitter) for step in range(6000)]
    for before, place in pairwise(range(len(came))):
        came[place] = max(came[place], came[before])
    waits = [arrival - step / 100 for step, arrival in enumerate(came)]
    return [waits[begin : begin + 10] for begin in range(0, len(waits), 10)]


@pytest.mark.parametrize("jitter", [0.01, 0.03, 0.06])
def test_jitter_alone_is_no_growth(jitter: float) -> None:
    uses = [
        use for seed in range(20) for use in judged(DelayTrend(), 0, kept_in_order(jitter, seed))
    ]
    assert uses.count(Use.OVER) <= len(uses) / 600  # once in a minute


def test_what_is_no_queue_is_the_way_from_then_on() -> None:
    trend = DelayTrend()
    judged(trend, 0, [flat(5.0)] * 10)
    judged(trend, 10, [flat(5.2)] * 3)
    trend.longer(1.3)
    assert trend.queue == 0.0
    assert judged(trend, 13, [flat(5.2)] * 5)[-1] is Use.NORMAL
    judged(trend, 18, [flat(5.0)])
    assert trend.queue == 0.0
    assert judged(trend, 19, [flat(5.25)] * 2)[-1] is Use.OVER
