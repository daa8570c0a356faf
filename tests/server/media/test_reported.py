from server.media.estimate import START
from server.media.reported import AHEAD, FRESH, WATCH, Reported, Watch


def report(
    reported: Reported, start: int, count: int, rate: float, loss: float = 0.0, trip: float = 0.06
) -> None:
    for second in range(start, start + count):
        reported.step(int(rate / 8000), loss, int(rate / 8), trip, float(second))


def test_a_remb_is_taken_as_it_is() -> None:
    reported = Reported(0.0)
    reported.remb(2_000_000, 0.5)
    report(reported, 1, 1, 300_000)
    assert reported.bitrate == 2_000_000
    reported.remb(200_000, 1.5)
    report(reported, 2, 1, 300_000)
    assert reported.bitrate == 200_000


def test_an_old_remb_is_worth_nothing() -> None:
    reported = Reported(0.0)
    reported.remb(100_000, 0.0)
    report(reported, int(FRESH) + 1, 1, 400_000)
    assert reported.bitrate >= START


def test_reports_alone_let_it_rise_half_above_what_is_sent() -> None:
    reported = Reported(0.0)
    report(reported, 0, 60, 800_000)
    assert 1_000_000 < reported.bitrate <= AHEAD * 800_000 + 50_001


def test_loss_lowers_it_and_loss_that_stays_does_not_starve_it() -> None:
    reported = Reported(0.0)
    report(reported, 0, 10, 800_000)
    before = reported.bitrate
    report(reported, 10, 3, 800_000, loss=0.2)
    assert reported.bitrate < before
    for second in range(13, 60):
        reported.step(80, 0.2, int(reported.bitrate / 8), 0.06, float(second))
    assert reported.bitrate > 0.5 * before


def test_a_round_trip_that_grows_is_a_queue() -> None:
    reported = Reported(0.0)
    report(reported, 0, 10, 600_000)
    report(reported, 10, 2, 600_000, trip=0.3)
    assert reported.bitrate < 600_000


def test_a_path_that_became_longer_is_believed_in_time() -> None:
    reported = Reported(0.0)
    report(reported, 0, 10, 600_000)
    report(reported, 10, 400, 600_000, trip=0.3)
    assert reported.bitrate > 600_000


def test_the_link_budget_is_never_exceeded() -> None:
    reported = Reported(0.0, budget=300_000)
    reported.remb(5_000_000, 0.0)
    report(reported, 0, 3, 300_000)
    assert reported.bitrate == 300_000
    reported.limit(200_000)
    assert reported.bitrate == 200_000


def test_feedback_that_was_agreed_and_does_not_come_is_noticed() -> None:
    watch = Watch(0.0)
    assert watch.wide(0, 500, WATCH - 0.1)
    assert not watch.wide(0, 500, WATCH + 0.1)
    assert watch.wide(3, 500, WATCH + 0.2)


def test_where_nothing_is_sent_no_feedback_is_missed() -> None:
    watch = Watch(0.0)
    assert all(watch.wide(0, 0, float(second)) for second in range(20))
