from signaling.congestion.watch import WATCH, Watch


def test_feedback_that_was_agreed_and_does_not_come_is_noticed() -> None:
    watch = Watch(0.0)
    assert watch.wide(0, 500, WATCH - 0.1)
    assert not watch.wide(0, 500, WATCH + 0.1)
    assert watch.wide(3, 500, WATCH + 0.2)


def test_where_nothing_is_sent_no_feedback_is_missed() -> None:
    watch = Watch(0.0)
    assert all(watch.wide(0, 0, float(second)) for second in range(20))
