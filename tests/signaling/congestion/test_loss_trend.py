from signaling.congestion.loss_trend import MUCH, OWN_MOST, SPAN, LossTrend


def lose(trend: LossTrend, start: int, seconds: int, loss: float, rate: float = 1e6) -> None:
    for second in range(start, start + seconds):
        trend.step(0, 0, int(rate / 8), float(second))
        trend.step(100 - round(100 * loss), round(100 * loss), 0, second + 0.9999)


def test_a_sudden_loss_counts() -> None:
    trend = LossTrend()
    lose(trend, 0, 5, 0.0)
    lose(trend, 5, 2, 0.3)
    assert trend.excess > MUCH


def test_loss_that_stays_though_less_is_sent_is_the_paths_own() -> None:
    trend = LossTrend()
    lose(trend, 0, 5, 0.0)
    lose(trend, 5, 3, 0.2)
    lose(trend, 8, 3, 0.2, rate=0.8e6)
    assert trend.own > 0.12
    assert trend.excess < MUCH


def test_loss_that_goes_when_less_is_sent_was_not() -> None:
    trend = LossTrend()
    lose(trend, 0, 5, 0.0)
    lose(trend, 5, 3, 0.2)
    lose(trend, 8, 3, 0.06, rate=0.8e6)
    assert trend.own == 0.0


def test_loss_that_never_stops_becomes_the_paths_own() -> None:
    trend = LossTrend()
    lose(trend, 0, int(2 * SPAN) + 3, 0.15)
    assert trend.own > 0.14
    assert trend.excess < 0.01


def test_more_than_a_quarter_is_never_the_paths_own() -> None:
    trend = LossTrend()
    lose(trend, 0, 60, 0.5)
    assert trend.own == OWN_MOST
    assert trend.excess > MUCH


def test_a_path_that_gets_better_has_no_loss_of_its_own_any_more() -> None:
    trend = LossTrend()
    lose(trend, 0, 30, 0.2)
    lose(trend, 30, 10, 0.0)
    assert trend.own < 0.01


def test_too_few_packets_are_not_judged() -> None:
    trend = LossTrend()
    trend.step(0, 0, 0, 0.0)
    assert not trend.step(3, 3, 0, 1.0)
    assert trend.step(3, 3, 0, 2.0)


def test_what_came_late_after_all_was_not_lost() -> None:
    trend = LossTrend()
    trend.step(50, 50, 0, 0.0)
    trend.step(50, -50, 0, 1.0)
    assert trend.loss == 0.0
