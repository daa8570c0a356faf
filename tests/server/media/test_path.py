"""What went to a receiver and what it said of it, as the estimate gets it."""

import pytest

from server.media.path import Path
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
