"""A receiver's path by its records: what it carries, and when it is tried."""

from dataclasses import replace

import pytest

from signaling.congestion.carriage import AMPLE, NARROW, PORTIONS, TRIED, Carriage
from signaling.congestion.delay_trend import NOTICED
from signaling.congestion.estimate import START
from signaling.congestion.path_input import PERIOD, Line, PathInput, Probed
from signaling.congestion.probing import DURATION
from signaling.congestion.watch import WATCH

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


def sent_probe(carriage: Carriage, now: float, media: int = 0) -> tuple[int, float]:
    """Octets of padding of the probe under way and the seconds they take, asked for each 5 ms.

    `media`: octets of a picture that leave in each of these.
    """
    octets, first, last, sent = 0, now, now, 7000
    while carriage.probe:
        portion = carriage.padding(now, sent)
        carriage.sent()
        octets, last = octets + portion, now if portion else last
        sent += portion + media
        now += 0.005
    return octets, last - first


def test_a_probe_leaves_at_its_rate_in_portions() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1), WANTED, 0.1)
    octets, seconds = sent_probe(carriage, 0.1)
    assert seconds == pytest.approx(DURATION, abs=0.006)
    assert 8 * octets / seconds <= 1.01 * 2 * START
    assert carriage.padding(5.0, 0) == 0


def test_what_leaves_meanwhile_is_part_of_a_probe() -> None:
    whole, part, none = (Carriage(0.0) for _ in range(3))
    for each in (whole, part, none):
        each.take(record(0.1), WANTED, 0.1)
    octets, _ = sent_probe(whole, 0.1)
    assert sent_probe(part, 0.1, media=200)[0] == octets - 8 * 200
    assert sent_probe(none, 0.1, media=10_000)[0] < octets / 2
    assert not none.probe


def test_late_rounds_send_one_portion_each() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1), WANTED, 0.1)
    portions = 0
    while carriage.probe:
        assert carriage.padding(9.0, 0)
        carriage.sent()
        portions += 1
    assert portions == PORTIONS


def test_what_a_probe_proves_is_the_target_and_the_next_follows() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1), WANTED, 0.1)
    first = carriage.probe
    sent_probe(carriage, 0.1)
    proved = Probed(cluster=first, packets=10, sent_rate=1e6, arrived_rate=1e6, seconds=DURATION)
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
    proved = Probed(cluster=1, packets=10, sent_rate=1e6, arrived_rate=1e6, seconds=DURATION)
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


def test_what_is_estimated_to_begin_with_is_no_reason_to_leave_anything_out() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(9.0), 0.0, 9.0)
    carriage.look(1.1 * carriage.target, 9.0)
    assert not carriage.tried


def test_what_was_estimated_needs_no_trial() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1), 0.0, 0.1)
    for at in (0.1, 3.0):
        carriage.look(200_000.0, at)
    carriage.look(400_000.0, 4.0)
    assert carriage.target > 400_000
    assert carriage.tried
    carriage.look(1.3 * carriage.target, 5.0)
    assert not carriage.tried


def test_what_is_left_out_may_cost_more_without_a_trial() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1), WANTED, 0.1)
    carriage.look(WANTED, 0.1)
    carriage.look(2 * WANTED, 5.0, lacks=True)
    assert carriage.tried
    carriage.look(2.4 * WANTED, 6.0)
    assert carriage.tried
    carriage.look(2.6 * WANTED, 7.0)
    assert not carriage.tried


def narrow(now: float, sent_octets: int = 20_000) -> PathInput:
    """A record with a probe that came at half its rate."""
    slow = Probed(cluster=1, packets=10, sent_rate=1e6, arrived_rate=5e5, seconds=DURATION)
    return replace(record(now, probed=slow), sent_octets=sent_octets)


def test_a_path_is_paced_once_it_was_seen_to_be_narrow_and_for_a_while() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1), WANTED, 0.1)
    assert carriage.pace(0.1) is None
    carriage.take(narrow(0.2), WANTED, 0.2)
    assert carriage.pace(0.2) == carriage.target
    assert carriage.pace(0.2 + NARROW - 0.1)
    assert carriage.pace(0.2 + NARROW) is None


def test_a_lowered_estimate_tells_that_a_path_is_narrow() -> None:
    carriage = Carriage(0.0)
    for tenth in range(1, 20):
        lossy = replace(record(tenth * PERIOD), lost=60 * (tenth > 10), sent_octets=20_000)
        carriage.take(lossy, WANTED, tenth * PERIOD)
        if tenth == 10:
            assert carriage.pace(1.0) is None
    assert carriage.pace(2.0) == carriage.target


def test_a_target_far_above_what_is_sent_needs_no_pacing() -> None:
    carriage = Carriage(0.0)
    carriage.take(narrow(0.1, sent_octets=1_000), WANTED, 0.1)
    assert carriage.target > AMPLE * 8 * 1_000 / PERIOD
    assert carriage.pace(0.1) is None


def test_a_budget_not_far_above_what_is_sent_is_paced_if_feedback_comes() -> None:
    carriage = Carriage(0.0)
    carriage.limit(400_000.0)
    for tenth in range(1, 20):
        carriage.take(replace(record(tenth * PERIOD), sent_octets=4_000), 0.0, tenth * PERIOD)
    assert carriage.pace(2.0) == carriage.target
    carriage.limit(4_000_000.0)
    assert carriage.pace(2.0) is None
    carriage.limit(400_000.0)
    carriage.take(record(2.0 + WATCH, packets=0), 0.0, 2.0 + WATCH)
    carriage.take(record(2.1 + WATCH, packets=0), 0.0, 2.1 + WATCH)
    assert carriage.pace(2.1 + WATCH) is None


def test_the_queue_of_a_burst_that_is_spread_is_its_own_for_a_while() -> None:
    own, other = Carriage(0.0), Carriage(0.0)
    for tenth in range(1, 40):
        now = tenth * PERIOD
        waits = max(0.0, now - 0.5) * 0.08
        grown = replace(record(now), least_delay=0.03 + waits, line=slope(now, waits))
        own.take(grown, 0.0, now, waiting=20_000 if tenth > 5 else 0)
        other.take(grown, 0.0, now, waiting=5_000)
        if tenth == 14:
            assert own.target > 0.9 * START
            assert other.target < 0.9 * own.target
    assert own.target < 0.65 * START


def slope(now: float, waits: float) -> Line:
    """Five groups of a tenth of a second, of which each waited a little longer."""
    points = [(now - 0.08 + 0.02 * place, waits + 0.0016 * place) for place in range(5)]
    xs = [x - points[0][0] for x, _ in points]
    ys = [y - points[0][1] for _, y in points]
    return Line(
        groups=5, x0=points[0][0], y0=points[0][1], x=sum(xs), y=sum(ys),
        xx=sum(x * x for x in xs), xy=sum(x * y for x, y in zip(xs, ys, strict=True)),
        yy=sum(y * y for y in ys),
    )  # fmt: skip


def test_another_address_is_another_path_and_tried_at_once() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1), WANTED, 0.1)
    first = carriage.probe
    sent_probe(carriage, 0.1)
    slow = Probed(cluster=first, packets=10, sent_rate=1e6, arrived_rate=5e5, seconds=DURATION)
    carriage.take(record(0.3, probed=slow), WANTED, 0.3)
    assert carriage.probe == 0
    carriage.moved(0.35)
    assert carriage.pace(0.35) is None
    carriage.take(record(0.4), WANTED, 0.4)
    assert carriage.probe == first + 1


def test_a_path_without_feedback_is_not_known() -> None:
    carriage = Carriage(0.0)
    carriage.take(record(0.1, packets=0), 0.0, 0.1)
    assert not carriage.is_known
    carriage.take(record(0.2), 0.0, 0.2)
    assert carriage.is_known
    carriage.take(record(0.3 + WATCH, packets=0), 0.0, 0.3 + WATCH)
    assert not carriage.is_known


def test_what_a_queue_takes_to_drain_is_off_the_target_alone() -> None:
    carriage, now = Carriage(0.0), 0.0
    for number in range(20):
        now = 0.1 * (number + 1)
        late = replace(record(now), least_delay=0.03 if number < 10 else 0.23)
        carriage.take(late, 400_000.0, now)
    assert carriage.queue == pytest.approx(0.2)
    assert carriage.target < 0.9 * carriage.bitrate


def test_a_path_that_carries_all_need_not_be_heard_of_until_a_packet_is_late() -> None:
    wanted = START / 2
    carriage = Carriage(0.0)
    assert carriage.late(wanted, 0.0) is None
    carriage.take(record(0.1), wanted, 0.1)
    assert carriage.late(wanted, 0.1) == pytest.approx(0.03 + NOTICED)
    assert carriage.late(START, 0.1) is None
    carriage.moved(0.2)
    assert carriage.late(wanted, 0.2) == pytest.approx(0.03 + NOTICED)
    carriage.take(replace(record(0.2), packets=5, octets=1500, lost=15), wanted, 0.2)
    carriage.take(replace(record(1.3), packets=5, octets=1500, lost=15), wanted, 1.3)
    assert carriage.late(wanted, 1.3) is None


def test_what_was_sent_is_known_as_well_by_one_long_record() -> None:
    short, long = Carriage(0.0), Carriage(0.0)
    for number in range(5):
        short.take(record(0.1 * number), 0.0, 0.1 * number)
    long.take(replace(record(0.4), sent_octets=30_000, seconds=5 * PERIOD), 0.0, 0.4)
    for carriage in (short, long):
        carriage.limit(START)
        carriage.moved(0.4)
    assert (short.pace(0.4) is None) == (long.pace(0.4) is None)
    assert long._sent == pytest.approx(short._sent)
