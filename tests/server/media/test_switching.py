import random
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.switching import EVERY, NEWEST, NONE, Switch
from signaling.rtp.sequence import difference
from tests.support.layered import RATE, STEP, Sent, arriving, layer

FRAMES = 60
DICE = st.builds(random.Random, st.integers(0, 2**32))
NO_CLOCKS = array("Q", bytes(8 * 2 * 3))


class Got(NamedTuple):
    """One packet as the receiver has it."""

    sequence: int
    timestamp: int
    picture: int
    base: int
    sent: Sent


class Receiver:
    """What passes one switch."""

    def __init__(self, closes: bool = True, clocks: Sequence[int] = NO_CLOCKS) -> None:
        self.switch = Switch(clocks, RATE, closes, 65_530, 0xFFFF_FF00)
        self.got: list[Got] = []

    def offer(self, sent: Sent, newest: bool = True) -> bool:
        """Give it one packet."""
        switch = self.switch
        passed = switch.take(
            sent.layer,
            sent.index,
            sent.timestamp,
            sent.moment,
            sent.flags | NEWEST * newest,
            sent.temporal,
            sent.picture,
            sent.base,
        )
        if passed:
            numbers = switch.out_sequence, switch.out_timestamp
            self.got.append(Got(*numbers, switch.out_picture, switch.out_base, sent))
        return passed

    def in_order(self) -> list[Got]:
        """What it got, by our sequence numbers."""
        return sorted(self.got)


def same_frame(one: Got, other: Got) -> bool:
    """Whether two packets are of one frame."""
    return (one.sent.layer, one.sent.frame) == (other.sent.layer, other.sent.frame)


@st.composite
def courses(draw: st.DrawFn) -> Receiver:
    """A receiver after layers, wishes, losses and delays of any kind."""
    dice = draw(DICE)
    temporal, closes = draw(st.booleans()), draw(st.booleans())
    loss, late = draw(st.sampled_from([(0.0, 0.0), (0.1, 0.0), (0.0, 0.3), (0.1, 0.3)]))
    sent = []
    for number in range(3):
        keys = [frame for frame in range(FRAMES) if dice.random() < 0.2]
        sent += layer(number, FRAMES, keys, dice, temporal, bits=15)
    receiver = Receiver(closes)
    receiver.switch.want(0)
    for one, newest in arriving(sent, dice, loss, late):
        if dice.random() < 0.03:
            receiver.switch.want(dice.randrange(-1, 3), dice.choice([0, 1, 2, EVERY]))
        receiver.offer(one, newest)
    return receiver


@given(courses())
def test_no_number_is_given_twice_and_order_is_kept(receiver: Receiver) -> None:
    got = receiver.in_order()
    assert len({one.sequence for one in got}) == len(got)
    for before, after in pairwise(got):
        if before.sent.layer == after.sent.layer:
            assert before.sent.index < after.sent.index
        else:
            assert after.sent.key


@given(courses())
def test_time_runs_on_and_is_one_for_each_frame(receiver: Receiver) -> None:
    for before, after in pairwise(receiver.in_order()):
        step = difference(after.timestamp, before.timestamp)
        assert step == 0 if same_frame(before, after) else step > 0


@given(courses())
def test_picture_numbers_tell_frames_apart_in_order(receiver: Receiver) -> None:
    for before, after in pairwise(receiver.in_order()):
        step = (after.picture - before.picture) & 0x7FFF
        assert step == 0 if same_frame(before, after) else 0 < step <= FRAMES
        assert (after.base - before.base) & 0xFF <= FRAMES


@given(
    DICE,
    st.lists(st.tuples(st.integers(0, FRAMES * 3), st.integers(0, 2), st.integers(0, 2))),
)
def test_on_a_good_line_no_number_is_missing_and_every_frame_can_be_decoded(
    dice: random.Random, wishes: list[tuple[int, int, int]]
) -> None:
    keys = [frame for frame in range(FRAMES) if dice.random() < 0.2]
    sent = [one for number in range(3) for one in layer(number, FRAMES, keys, dice, True, 15)]
    receiver = Receiver()
    receiver.switch.want(0)
    by_place = {place: (number, limit) for place, number, limit in wishes}
    for place, (one, newest) in enumerate(arriving(sent, dice, 0.0, 0.0)):
        receiver.switch.want(*by_place.get(place, (receiver.switch.wanted, 2)))
        receiver.offer(one, newest)
    got = receiver.got
    for before, after in pairwise(got):
        assert after.sequence == before.sequence + 1
        assert after.picture == (before.picture + (not same_frame(before, after))) & 0x7FFF
    decoded: set[int] = set()
    for each in got:
        decoded = {-1, each.sent.frame} if each.sent.key else decoded
        assert each.sent.needs in decoded
        decoded.add(each.sent.frame)
    # But for one that a switch cut short, frames pass as a whole.
    missing = Counter((one.layer, one.frame) for one in sent)
    for each, behind in pairwise(got):
        missing[each.sent.layer, each.sent.frame] -= 1
        if not same_frame(each, behind) and each.sent.layer == behind.sent.layer:
            assert missing[each.sent.layer, each.sent.frame] == 0


def whole(frames: int = 20, *keys: int, temporal: bool = False, bits: int = 15) -> list[list[Sent]]:
    """Three layers, packet by packet."""
    dice = random.Random(1)
    return [layer(number, frames, keys, dice, temporal, bits) for number in range(3)]


def frame(packets: list[Sent], number: int) -> list[Sent]:
    """The packets of one frame."""
    return [one for one in packets if one.frame == number]


def test_a_receiver_begins_at_a_key_frame_and_nowhere_else() -> None:
    low, *_ = whole(20, 5)
    receiver = Receiver()
    receiver.switch.want(0)
    for one in low[1:]:
        receiver.offer(one)
    assert receiver.got[0].sent == frame(low, 5)[0]
    assert receiver.got[0][:3] == (65_531, 0xFFFF_FF00, receiver.got[0].sent.picture)


def test_another_layer_waits_for_its_key_frame_while_the_old_one_runs() -> None:
    low, _, high = whole(20, 10)
    receiver = Receiver()
    receiver.switch.want(0)
    for number in range(20):
        if number == 4:
            receiver.switch.want(2)
        for one in frame(low, number) + frame(high, number):
            receiver.offer(one)
    layers = [one.sent.layer for one in receiver.got]
    assert layers == sorted(layers)
    first = layers.index(2)
    assert receiver.got[first].sent.frame == 10
    assert receiver.got[first - 1].sent == frame(low, 10)[-1]


@pytest.mark.parametrize("apart", [0, 90_000, -90_000])
def test_time_is_aligned_by_reports_to_the_tick(apart: int) -> None:
    low, _, high = whole(20, 10)
    second = 1 << 32
    clocks = array("Q", bytes(8 * 2 * 3))
    clocks[0:2] = array("Q", [100 * second, low[0].timestamp])
    clocks[4:6] = array(
        "Q",
        [(100 * 90_000 + apart) * second // 90_000, (high[0].timestamp + apart) & 0xFFFF_FFFF],
    )
    receiver = Receiver(clocks=clocks)
    receiver.switch.want(0)
    for one in low:
        if one.frame < 10:
            receiver.offer(one)
    receiver.switch.want(2)
    # It comes a tenth of a second late, as key frames do.
    for one in frame(high, 10):
        receiver.offer(Sent(**{**vars(one), "moment": one.moment + 9000}))
    times = sorted({difference(one.timestamp, 0xFFFF_FF00) for one in receiver.got})
    assert times == [STEP * number for number in range(11)]


def test_a_report_that_cannot_be_is_left_aside() -> None:
    low, _, high = whole(20, 10)
    clocks = array("Q", [1 << 32, low[0].timestamp, 0, 0, 1 << 40, high[0].timestamp])
    receiver = Receiver(clocks=clocks)
    receiver.switch.want(0)
    for one in low[:9]:
        receiver.offer(one)
    receiver.switch.want(2)
    for one in frame(high, 10):
        receiver.offer(one)
    assert 0 < difference(receiver.got[-1].timestamp, receiver.got[0].timestamp) < 11 * STEP


def test_sender_reports_follow_the_layer_that_passes() -> None:
    low, _, high = whole(20, 10)
    receiver = Receiver()
    assert receiver.switch.report(0, 1) == NONE
    receiver.switch.want(0)
    receiver.offer(low[0])
    assert receiver.switch.report(0, low[0].timestamp) == 0xFFFF_FF00
    assert receiver.switch.report(2, high[0].timestamp) == NONE
    receiver.switch.want(2)
    receiver.offer(frame(high, 10)[0])
    assert receiver.switch.report(0, low[0].timestamp) == NONE
    assert receiver.switch.report(2, frame(high, 10)[0].timestamp) == receiver.got[-1].timestamp


def test_what_comes_late_passes_only_as_it_would_have_in_time() -> None:
    low, _, high = whole(20, 3, 6)
    receiver = Receiver()
    receiver.switch.want(0)
    before = [one for one in low if one.frame < 6]
    missing = before[3]
    for one in before:
        if one is not missing:
            receiver.offer(one)
    receiver.switch.want(2)
    for one in frame(high, 6):
        receiver.offer(one)
    assert receiver.offer(missing, newest=False)
    got = receiver.in_order()
    assert [one.sequence for one in got] == list(range(65_531, 65_531 + len(got)))
    assert got[3].sent == missing
    assert not receiver.offer(frame(low, 6)[0], newest=False)
    assert not receiver.offer(frame(high, 3)[0], newest=False)


def test_seven_bits_of_picture_number_run_on_too() -> None:
    low, _, high = whole(200, 150, bits=7)
    receiver = Receiver()
    receiver.switch.want(0)
    for one in low:
        if one.frame < 150:
            receiver.offer(one)
    receiver.switch.want(2)
    for one in high:
        receiver.offer(one)
    pictures = [one.picture & 0x7F for one in receiver.got if one.sent.flags & 2]
    assert all(after == (before + 1) & 0x7F for before, after in pairwise(pictures))


def test_dropped_frames_of_vp9_keep_their_numbers() -> None:
    low, *_ = whole(12, temporal=True)
    receiver = Receiver(closes=False)
    receiver.switch.want(0, 0)
    for one in low:
        receiver.offer(one)
    pictures = sorted({one.picture for one in receiver.got})
    assert [after - before for before, after in pairwise(pictures)] == [4, 4]
    sequences = [one.sequence for one in receiver.got]
    assert sequences == list(range(65_531, 65_531 + len(sequences)))


def test_nothing_passes_while_nothing_is_wanted_or_after_a_stop() -> None:
    low, *_ = whole(20, 5)
    receiver = Receiver()
    assert not receiver.offer(low[0])
    receiver.switch.want(0)
    assert receiver.offer(low[0])
    receiver.switch.want(NONE)
    assert not receiver.offer(low[1])
    receiver.switch.want(0)
    assert not receiver.offer(low[2])
    assert not receiver.offer(low[1], newest=False)
    assert receiver.offer(frame(low, 5)[0])
    receiver.switch.stop()
    assert not receiver.offer(frame(low, 5)[1])


@given(courses())
def test_what_passed_is_found_by_the_number_it_bore(receiver: Receiver) -> None:
    switch = receiver.switch
    found = 0
    for one in receiver.in_order():
        place = switch.find(one.sequence)
        if place[0] == NONE:  # forgotten
            continue
        sent = one.sent
        assert place == (sent.layer, sent.index)
        assert switch.again(*place, sent.timestamp, sent.temporal, sent.picture, sent.base)
        assert (switch.out_sequence, switch.out_timestamp) == (one.sequence, one.timestamp)
        assert (switch.out_picture, switch.out_base) == (one.picture, one.base)
        found += 1
    assert found or switch.layer == NONE


@given(courses(), st.integers(0, 2))
def test_nothing_of_a_layer_that_begins_anew_passes_or_is_found(
    receiver: Receiver, layer: int
) -> None:
    switch = receiver.switch
    switch.forget(layer)
    assert switch.layer != layer
    for one in receiver.in_order():
        assert switch.find(one.sequence)[0] != layer
        if one.sent.layer == layer:
            assert not receiver.offer(one.sent, newest=False)


def test_a_number_not_given_yet_is_not_found() -> None:
    assert Receiver().switch.find(65_531) == (NONE, 0)
