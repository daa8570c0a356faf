from server.media.delay_trend import BASE_SPAN, LEAST, STANDING, DelayTrend, Use
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
