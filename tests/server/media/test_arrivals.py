import pytest

from server.media.arrivals import Arrivals, RoundTrips
from server.media.feedback import Reception


def received(numbers: list[int]) -> Arrivals:
    """Packets of these numbers, one each 20 ms, with a clock of 1000 ticks a second."""
    arrivals = Arrivals(7, 1000)
    for number in numbers:
        arrivals.arrived(number, number * 20, number * 0.02)
    return arrivals


def test_nothing_is_told_before_the_first_packet() -> None:
    assert Arrivals(7, 1000).report(1.0) is None


def test_losses_are_told_since_the_last_report_and_since_the_beginning() -> None:
    arrivals = received([100, 101, 103])
    first = arrivals.report(1.0)
    assert first is not None
    assert (first.fraction, first.lost, first.highest) == (0.25, 1, 103)
    arrivals.arrived(104, 0, 1.0)
    second = arrivals.report(2.0)
    assert second is not None
    assert (second.fraction, second.lost) == (0.0, 1)


def test_duplicates_make_the_loss_negative_not_the_fraction() -> None:
    report = received([5, 6, 6]).report(1.0)
    assert report is not None
    assert (report.fraction, report.lost) == (0.0, -1)


def test_even_arrivals_have_no_jitter_and_uneven_ones_have() -> None:
    even = received([1, 2, 3]).report(1.0)
    assert even is not None
    assert even.jitter == 0
    arrivals = received([1])
    arrivals.arrived(2, 40, 0.2)
    uneven = arrivals.report(1.0)
    assert uneven is not None
    assert uneven.jitter == 160 // 16


def test_a_sender_report_is_named_with_the_time_since() -> None:
    arrivals = received([1])
    arrivals.reported(0x1122_3344_5566_7788, 2.0)
    report = arrivals.report(2.5)
    assert report is not None
    assert (report.last_report, report.since_report) == (0x3344_5566, 32_768)


def reception(last: int, since: float) -> Reception:
    return Reception(
        ssrc=7,
        fraction=0,
        lost=0,
        highest=0,
        jitter=0,
        last_report=last,
        since_report=int(since * 65_536),
    )


def test_a_round_trip_is_what_is_left_of_the_time() -> None:
    trips = RoundTrips()
    trips.sent(5 << 16, 10.0)
    assert trips.returned(reception(5, 0.25), 10.3) == pytest.approx(0.05, abs=1e-4)
    assert trips.returned(reception(6, 0.25), 10.3) is None
    assert trips.returned(reception(5, 9.0), 10.3) == 0.0


def test_old_reports_are_forgotten() -> None:
    trips = RoundTrips()
    for number in range(33):
        trips.sent(number << 16, 0.0)
    assert trips.returned(reception(0, 0.0), 1.0) is None
    assert trips.returned(reception(1, 0.0), 1.0) == 1.0
