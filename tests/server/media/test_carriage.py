"""A receiver's path by its records: what it carries, and when it is tried."""

import pytest

from server.media.carriage import PORTIONS, TRIED, Carriage
from server.media.estimate import START
from server.media.path_input import PERIOD, Line, PathInput, Probed
from server.media.probing import DURATION
from server.media.reported import WATCH

WANTED = 2_000_000.0


def record(now: float, packets: int = 20, probed: Probed | None = None) -> PathInput:
    """A tenth of a second in which so many packets of 300 octets came as evenly as they went."""
    return PathInput(
        sent_octets=6_000,
        packets=packets,
        octets=300 * packets,
        lost=0,
        arrived=now,
        least_delay=0.03,
        line=Line(),
        round_trip=0.06,
        probed=probed,
    )


def sent_probe(carriage: Carriage, now: float) -> tuple[int, float]:
    """Octets of the probe under way and the seconds they take, asked for each 5 ms."""
    octets, first, last = 0, now, now
    while carriage.probe:
        portion = carriage.padding(now)
        carriage.sent()
        octets, last = octets + portion, now if portion else last
        now += 0.005
    return octets, last - first


def test_a_probe_leaves_at_its_rate_in_portions() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1), WANTED, 0.1)
    octets, seconds = sent_probe(carriage, 0.1)
    assert seconds == pytest.approx(DURATION, abs=0.006)
    assert 8 * octets / seconds <= 1.01 * 2 * START
    assert carriage.padding(5.0) == 0


def test_late_rounds_send_one_portion_each() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1), WANTED, 0.1)
    portions = 0
    while carriage.probe:
        assert carriage.padding(9.0)
        carriage.sent()
        portions += 1
    assert portions == PORTIONS


def test_what_a_probe_proves_is_the_target_and_the_next_follows() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1), WANTED, 0.1)
    first = carriage.probe
    sent_probe(carriage, 0.1)
    proved = Probed(cluster=first, packets=10, sent_rate=1e6, arrived_rate=1e6)
    carriage.take(record(0.3, probed=proved), WANTED, 0.3)
    assert carriage.target == pytest.approx(1e6)
    assert carriage.probe == first + 1


def test_nothing_is_tried_that_nobody_wants() -> None:
    carriage = Carriage(0.0)
    for tenth in range(1, 50):
        carriage.take(record(tenth * PERIOD), 100_000.0, tenth * PERIOD)
        assert not carriage.probe


def test_the_budget_is_never_exceeded() -> None:
    carriage = Carriage(0.0)
    carriage.limit(300_000.0)
    proved = Probed(cluster=1, packets=10, sent_rate=1e6, arrived_rate=1e6)
    carriage.take(record(0.1), WANTED, 0.1)
    carriage.take(record(0.2, probed=proved), WANTED, 0.2)
    assert carriage.target == 300_000.0


def test_a_trial_takes_its_time_from_when_something_is_wanted() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(9.0), 0.0, 9.0)
    carriage.look(0.0, 9.0)
    carriage.look(WANTED, 10.0)
    carriage.look(WANTED, 10.0 + TRIED - 0.1)
    assert not carriage.tried
    carriage.look(WANTED, 10.0 + TRIED)
    assert carriage.tried


def test_clearly_more_than_ever_before_is_looked_for_anew() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1), WANTED, 0.1)
    carriage.look(WANTED, 0.1)
    carriage.look(1.2 * WANTED, 5.0)
    assert carriage.tried
    carriage.look(1.3 * WANTED, 6.0)
    assert not carriage.tried
    carriage.look(1.3 * WANTED, 6.0 + TRIED)
    assert carriage.tried


def test_a_path_without_feedback_is_not_known() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1, packets=0), 0.0, 0.1)
    assert not carriage.is_known
    carriage.take(record(0.2), 0.0, 0.2)
    assert carriage.is_known
    carriage.take(record(0.3 + WATCH, packets=0), 0.0, 0.3 + WATCH)
    assert not carriage.is_known
