from server.media.reported import (
    AHEAD,
    BAD,
    CALM,
    GOOD,
    TRIED_LEAST,
    TRIED_MOST,
    Reported,
)
from signaling.congestion.estimate import BACK_OFF, MOST


def report(
    reported: Reported, start: int, count: int, rate: float, loss: float = 0.0, trip: float = 0.06
) -> None:
    for second in range(start, start + count):
        reported.step(int(rate / 8000), loss, int(rate / 8), trip, float(second))


def narrowed(rate: float = 600_000) -> Reported:
    """One whose path became too narrow for what is sent at second 12."""
    reported = Reported(0.0)
    report(reported, 0, 10, rate)
    report(reported, 10, BAD, rate, trip=0.3)
    return reported


def test_all_may_be_sent_until_something_speaks_against_it() -> None:
    reported = Reported(0.0)
    report(reported, 0, 60, 8_000_000)
    assert reported.room == reported.least == MOST
    report(reported, 60, BAD - 1, 8_000_000, trip=0.3)
    assert reported.room == MOST
    report(reported, 60 + BAD, 1, 8_000_000)
    report(reported, 61 + BAD, BAD - 1, 8_000_000, trip=0.3)
    assert reported.room == MOST


def test_a_round_trip_that_grows_is_a_queue() -> None:
    reported = narrowed()
    assert reported.room == BACK_OFF * 600_000
    assert reported.least == MOST


def test_much_loss_that_lasts_is_too_much_sent() -> None:
    reported = Reported(0.0)
    report(reported, 0, 10, 800_000)
    report(reported, 10, 6, 800_000, loss=0.4)
    assert BACK_OFF * 0.6 * 800_000 <= reported.room < 800_000


def test_loss_of_the_paths_own_soon_takes_nothing() -> None:
    reported = Reported(0.0)
    report(reported, 0, 60, 800_000, loss=0.1)
    assert reported.room == MOST
    report(reported, 60, 60, 800_000, loss=0.1)
    assert reported.room == MOST


def test_it_rises_half_above_what_is_sent_while_less_is_sent() -> None:
    reported = narrowed()
    before = reported.room
    report(reported, 12, int(TRIED_LEAST) - 2, 400_000)
    assert 1.2 * before < reported.room <= AHEAD * 400_000 + 50_001


def test_the_first_picture_is_judged_only_if_less_of_others_did_not_help() -> None:
    reported = narrowed()
    before = reported.room
    report(reported, 12, int(CALM) - 1, 400_000, trip=0.3)
    assert (reported.room, reported.least) == (before, MOST)
    report(reported, 11 + int(CALM), 1, 400_000, trip=0.3)
    assert reported.room == reported.least == BACK_OFF * 400_000


def test_a_path_that_became_longer_is_believed_in_time() -> None:
    reported = Reported(0.0)
    report(reported, 0, 10, 600_000)
    report(reported, 10, 400, 600_000, trip=0.3)
    assert reported.room == MOST


def test_reports_without_a_round_trip_say_nothing_of_a_queue() -> None:
    reported = Reported(0.0)
    for second in range(10):
        reported.step(80, 0.0, 100_000, None, float(second))
    assert reported.room == MOST


def until_tried(reported: Reported, start: int) -> int:
    """Seconds for which less is sent after it was too much for two."""
    report(reported, start, BAD, 600_000, trip=0.3)
    second = start + BAD
    while reported.room < MOST:
        report(reported, second, 1, 300_000)
        second += 1
    return second - start - BAD


def test_then_all_is_tried_again_each_time_later() -> None:
    reported = Reported(0.0)
    report(reported, 0, 10, 600_000)
    pauses, second = [], 10
    for _ in range(5):
        pauses.append(until_tried(reported, second))
        second += BAD + pauses[-1]
    assert pauses == [TRIED_LEAST, 2 * TRIED_LEAST, 4 * TRIED_LEAST, TRIED_MOST, TRIED_MOST]
    report(reported, second, int(GOOD), 300_000)
    assert until_tried(reported, second + int(GOOD)) == TRIED_LEAST
