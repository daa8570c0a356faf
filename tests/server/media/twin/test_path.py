"""The compiled pump's books of a path are the reference's."""

import random

import pytest

from server.media.departures import HISTORY
from server.media.path import Path
from server.media.path_input import PERIOD
from server.media.twin.path import TwinPath
from server.media.wide_feedback import WideFeedback


def feedback(dice: random.Random, number: int) -> WideFeedback:
    """About packets up to this number, some of them never sent, in part long ago."""
    first = number - dice.choice([3, 30, 30, 300, HISTORY, 40_000])
    clock = dice.randrange(2**32) if dice.random() < 0.02 else number * 40
    ticks: list[int | None] = [
        None if dice.random() < 0.2 else clock + dice.randrange(-50, 400) & 0xFFFF_FFFF
        for _ in range(dice.randrange(1, 60))
    ]
    return WideFeedback(first & 0xFFFF, ticks)


@pytest.mark.parametrize("seed", range(6))
def test_both_make_the_same_records(seed: int) -> None:
    dice = random.Random(seed)
    reference, twin = Path(), TwinPath()
    now, probe, records = 50.0, 0, 0
    for number in range(20_000):
        now += dice.choice([0, 0.001, 0.004, 0.02])
        probe += dice.random() < 0.01
        size, cluster = dice.randrange(40, 1300), probe if dice.random() < 0.3 else 0
        assert reference.next == twin.next
        reference.sent(now, size, cluster)
        twin.sent(now, size, cluster)
        if dice.random() < 0.1:
            told = feedback(dice, number)
            reference.heard(told, now)
            twin.heard(told, now)
        record = reference.take(now)
        assert twin.take(now) == record
        records += record is not None and record.packets > 0
    assert records > 100


def test_a_record_is_empty_behind_one() -> None:
    path = TwinPath()
    path.sent(0.0, 100, 3)
    path.heard(WideFeedback(0, [40]), 0.05)
    full, empty = path.take(0.1), path.take(0.1 + 2 * PERIOD)
    assert full is not None
    assert empty is not None
    assert (full.packets, full.probed is not None) == (1, True)
    assert (empty.packets, empty.sent_octets, empty.least_delay, empty.probed) == (0, 0, None, None)
