"""What went to a receiver and what it said of it, as the estimate gets it."""

import pytest

from server.media.path import REST, Path
from signaling.congestion.path_input import PERIOD
from signaling.congestion.wide_feedback import WideFeedback


def test_numbers_follow_each_other_and_wrap() -> None:
    path = Path()
    numbers = []
    for _ in range(65_537):
        numbers.append(path.next)
        path.sent(0.0, 100)
    assert numbers == [*range(65_536), 0]


def test_a_record_tells_what_was_sent_and_what_came() -> None:
    path = Path()
    for packet in range(4):
        path.sent(1.0 + packet * 0.02, 1000 + packet)
    path.heard(WideFeedback(0, [400, None, 480]), 1.1)
    record = path.take(1.12)
    assert record is not None
    assert (record.sent_octets, record.octets) == (4006, 2002)
    assert (record.packets, record.lost) == (2, 1)
    assert record.round_trip == pytest.approx(0.06)


def test_there_is_one_record_a_period() -> None:
    path = Path()
    taken = [path.take(5.0 + step * PERIOD / 4) for step in range(9)]
    assert [record is not None for record in taken] == [step % 4 == 0 for step in range(9)]


def test_a_probe_is_told_by_its_number() -> None:
    path = Path()
    for packet in range(3):
        path.sent(packet * 0.01, 1000, 7)
    path.heard(WideFeedback(0, [0, 40, 80]), 0.1)
    record = path.take(0.1)
    assert record is not None
    assert record.probed is not None
    assert (record.probed.cluster, record.probed.packets) == (7, 3)


def test_what_leaves_while_a_probe_is_under_way_belongs_to_it() -> None:
    path = Path()
    for packet in range(6):
        path.probe = 7 if 1 <= packet < 5 else 0
        path.sent(packet * 0.01, 1000)
    assert path.octets == 6000
    path.heard(WideFeedback(0, [0, 40, 80, 120, 160, 200]), 0.1)
    record = path.take(0.1)
    assert record is not None
    assert record.probed is not None
    assert (record.probed.cluster, record.probed.packets) == (7, 4)


def resting(path: Path, *, came: int, periods: int) -> list[float]:
    """The seconds of the records of a path that rests after each, in periods of so many packets."""
    found, number = [], 0
    for now in (period * PERIOD for period in range(periods)):
        for _ in range(came):
            path.sent(now, 1000)
            path.heard(WideFeedback(number & 0xFFFF, [round(now * 4000)]), now)
            number += 1
        record = path.take(now)
        if record is not None:
            found.append(record.seconds)
            path.rest(0.02, now)
    return found


def test_a_path_that_rests_tells_of_calm_periods_together() -> None:
    assert resting(Path(), came=3, periods=11) == pytest.approx([PERIOD, REST, REST])


def test_a_period_in_which_nothing_came_is_no_calm_one() -> None:
    assert resting(Path(), came=0, periods=10) == pytest.approx([PERIOD] * 10)


def test_what_is_late_or_lost_or_probed_is_told_at_once() -> None:
    cases: list[tuple[list[int | None], int]] = [
        ([0, 500], 0),
        ([0, None, 40], 0),
        ([0, 1, 2], 7),
    ]
    for told, cluster in cases:
        path = Path()
        path.sent(0.0, 1000)
        path.heard(WideFeedback(0, [0]), 0.0)
        assert path.take(0.0) is not None
        path.rest(0.02, 0.0)
        for _ in told:
            path.sent(0.01, 1000, cluster)
        path.heard(WideFeedback(1, told), 0.05)
        record = path.take(0.1)
        assert record is not None
        assert record.packets == sum(each is not None for each in told)


def test_a_roused_path_tells_all_that_came_and_the_delays_of_the_last_period() -> None:
    path = Path()
    path.rest(0.02, 0.0)
    for period in range(3):
        path.sent(period * PERIOD, 1000)
        path.heard(WideFeedback(period, [400 * period + period]), 0.1)
        if period < 2:
            assert path.take(period * PERIOD) is None
    path.rouse()
    record = path.take(0.3)
    assert record is not None
    assert (record.packets, record.sent_octets) == (3, 3000)
    assert record.least_delay == pytest.approx(2 * 0.00025)
