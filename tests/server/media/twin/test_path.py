"""The compiled pump's books of a path are the reference's."""

import random
import struct

import pytest

from server.media.path import Path
from server.media.twin.library import load
from server.media.twin.path import TwinPath
from signaling.congestion.departures import HISTORY
from signaling.congestion.path_input import PERIOD
from signaling.congestion.wide_feedback import WideFeedback, read_wide


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
    now, probe, records, long = 50.0, 0, 0, 0
    for number in range(20_000):
        now += dice.choice([0, 0.001, 0.004, 0.02])
        probe += dice.random() < 0.01
        size, cluster = dice.randrange(40, 1300), probe if dice.random() < 0.2 else 0
        reference.probe = twin.probe = probe + 1 if dice.random() < 0.2 else 0
        assert (reference.next, reference.octets) == (twin.next, twin.octets)
        reference.sent(now, size, cluster)
        twin.sent(now, size, cluster)
        if dice.random() < 0.05:
            again = number - dice.choice([0, 1, 2, 20, 300, HISTORY + 5]) & 0xFFFF
            if dice.random() < 0.5:
                reference.gone(again, now)
                twin.gone(again, now)
            else:
                reference.hide(again)
                twin.hide(again)
        if dice.random() < 0.1:
            told = feedback(dice, number)
            reference.heard(told, now)
            twin.heard(told, now)
        record = reference.take(now)
        assert twin.take(now) == record
        records += record is not None and record.packets > 0
        long += record is not None and record.seconds > PERIOD + 0.05
        if dice.random() < 0.2:
            late = dice.choice([-30.0, 0.0, 30.0])
            reference.rest(late, now)
            twin.rest(late, now)
        if dice.random() < 0.01:
            reference.rouse()
            twin.rouse()
    assert records > 100
    assert long > 4


@pytest.mark.parametrize("seed", range(4))
def test_both_read_the_same_in_any_message(seed: int) -> None:
    """Chunks of every kind, the reserved symbol among them; too few deltas, cut short, too many."""
    dice, reference, twin, now, came = random.Random(seed), Path(), TwinPath(), 1.0, 0
    for _ in range(1500):
        now += 0.05
        for _ in range(20):
            reference.sent(now, 500)
            twin.sent(now, 500)
        datagram = b"".join(message(dice, reference.next - 20) for _ in range(dice.randrange(3)))
        datagram = datagram[: dice.choice([len(datagram), len(datagram), 30])]
        for told in read_wide(datagram):
            reference.heard(told, now)
        load().wide_read(twin.state, datagram, len(datagram), now)
        record = reference.take(now)
        assert twin.take(now) == record
        came += record.packets if record is not None else 0
    assert came > 1000


def message(dice: random.Random, first: int) -> bytes:
    """One that is well formed but for what its chunks say."""
    chunks = [
        dice.choice(
            [
                dice.randrange(4) << 13 | dice.choice([0, 1, 3, 8, 5000]),
                dice.choice([1, 1, 2]) << 13 | dice.randrange(1, 8),
                0x8000 | dice.randrange(1 << 14),
                0xC000 | dice.choice([0x1555, 0x0A94, dice.randrange(1 << 14)]),
            ]
        )
        for _ in range(dice.randrange(1, 5))
    ]
    body = struct.pack(f"!{len(chunks)}H", *chunks) + dice.randbytes(dice.randrange(40))
    body += bytes(-len(body) % 4)
    count = dice.choice([0, 1, 5, 9, 14, 20, 4096, 4097])
    words, reference = (16 + len(body)) // 4, dice.randrange(2**32)
    numbers = first & 0xFFFF, count, reference
    return struct.pack("!BBHIIHHI", 0x8F, 205, words, 1, 2, *numbers) + body


def test_a_record_is_empty_behind_one() -> None:
    path = TwinPath()
    path.sent(0.0, 100, 3)
    path.heard(WideFeedback(0, [40]), 0.05)
    full, empty = path.take(0.1), path.take(0.1 + 2 * PERIOD)
    assert full is not None
    assert empty is not None
    assert (full.packets, full.probed is not None) == (1, True)
    assert (empty.packets, empty.sent_octets, empty.least_delay, empty.probed) == (0, 0, None, None)
