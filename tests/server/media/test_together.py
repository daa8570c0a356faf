"""A switch that goes together with others knows what it would have noted alone."""

import random
from array import array
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.switching import EVERY, NEWEST, NONE, Switch
from server.media.table import Packet
from server.media.together import Together
from signaling.rtp.frames import Marks
from tests.support.layered import RATE, STEP, Sent, arriving, layer

SIZE = 7
"""Octets of each payload."""
DICE = st.builds(random.Random, st.integers(0, 2**32))


class Pair:
    """A switch that each packet goes through, and one that goes together while it can."""

    def __init__(self, closes: bool) -> None:
        self.clocks = array("Q", bytes(8 * 2 * 3))
        self.alone, self.joined = (
            Switch(self.clocks, RATE, closes, 65_530, 0xFFFF_FF00) for _ in range(2)
        )
        self.together = Together(NONE)
        self.shared = 0

    def offer(self, sent: Sent, newest: bool) -> None:
        """Give both one packet."""
        now = sent.moment / RATE
        passes, numbers = taken(self.alone, sent, newest, now)
        if newest and not self.together.is_broken and self.together.layer == sent.layer:
            self.shared += 1
            ahead, shift = self.joined.offsets
            time = (sent.timestamp + shift) & 0xFFFF_FFFF
            assert (passes, numbers) == (
                True, (sent.index + ahead, time, sent.picture & 0x7FFF, sent.base),
            )  # fmt: skip
            self.together.note(packet(sent), found(sent), now)
        else:
            assert taken(self.joined, sent, newest, now) == (passes, numbers)
        self.gather()

    def gather(self) -> None:
        """Let it go together as soon as it can; others are there already."""
        if self.together.is_broken and self.joined.is_steady:
            self.joined.part()
            self.together = Together(self.joined.layer)
            self.together.packets, self.together.octets = 5, 5 * SIZE
            self.joined.join(self.together)
            self.together.is_broken = False

    def each(self) -> tuple[Switch, Switch]:
        """Both."""
        return self.alone, self.joined


def taken(switch: Switch, sent: Sent, newest: bool, now: float) -> tuple[bool, tuple[int, ...]]:
    """Whether a packet passes, and its numbers if so."""
    passes = switch.take(
        sent.layer, sent.index, sent.timestamp, int(now * RATE), sent.flags | NEWEST * newest,
        sent.temporal, sent.picture, sent.base,
    )  # fmt: skip
    switch.octets += SIZE * passes
    numbers = switch.out_sequence, switch.out_timestamp, switch.out_picture, switch.out_base
    return passes, numbers if passes else ()


def packet(sent: Sent) -> Packet:
    """As the pump has it."""
    return Packet(sent.index, 0, sent.timestamp, bytes(SIZE), 0, begins=sent.key, whole=b"")


def found(sent: Sent) -> Marks:
    """What is read of it."""
    return Marks(sent.flags, sent.temporal, sent.picture, 15, 2, sent.base, 4)


def answers(switch: Switch, newest: int) -> list[Any]:
    """What a switch says by itself of its layers and of the newest numbers."""
    return [
        [switch.find(newest - back) for back in range(-2, 12)],
        [switch.report(place, 77) for place in range(3)],
        (switch.layer, switch.wanted, switch.limit, switch.wanted_limit),
    ]


def known(switch: Switch) -> list[int]:
    """All that a switch knows of what was sent."""
    switch.catch_up()
    return [
        switch.sequence, switch.timestamp, switch.picture, switch.base, switch.moment,
        switch.began, switch.packets, switch.octets, switch._highest, switch._frame,
        switch._fresh, switch._dropping, switch.is_under_way, *switch._spans,
    ]  # fmt: skip


def change(pair: Pair, dice: random.Random, now: float) -> None:
    """Something else than a packet happens, to both alike."""
    kind, place = dice.randrange(5), dice.randrange(3)
    wish = dice.choice((NONE, 0, 1, 2)), dice.choice((0, 1, EVERY, EVERY, EVERY))
    for each in pair.each():
        if kind < 2:
            each.want(*wish)
        elif kind == 2:
            each.stop()
        elif kind == 3:
            each.forget(place)
    if kind == 4:
        pair.clocks[2 * place : 2 * place + 2] = array("Q", [int((now + 3e9) * 2**32), 77_000])


def sent_by(dice: random.Random, temporal: bool) -> list[Sent]:
    """What a camera in three layers sends, in all of them a key frame once in a while."""
    sent: list[Sent] = []
    for number in range(3):
        keys = [frame for frame in range(60) if dice.random() < 0.2]
        sent += layer(number, 60, keys, dice, temporal, bits=15)
    return sent


def paired(dice: random.Random, temporal: bool, closes: bool, loss: float, late: float) -> Pair:
    """Two switches after changes, losses and delays of any kind; they say the same all along."""
    pair = Pair(closes)
    for each in pair.each():
        each.want(0)
    for sent, is_newest in arriving(sent_by(dice, temporal), dice, loss, late):
        if dice.random() < 0.03:
            change(pair, dice, sent.moment / RATE)
        if dice.random() < 0.05:
            newest = pair.alone.sequence
            assert answers(pair.joined, newest) == answers(pair.alone, newest)
            assert known(pair.joined) == known(pair.alone)
        pair.offer(sent, is_newest)
    assert known(pair.joined) == known(pair.alone)
    return pair


@given(DICE, st.booleans(), st.booleans(), st.sampled_from([(0.0, 0.0), (0.1, 0.3)]))
def test_what_is_noted_for_all_is_what_each_would_have_noted(
    dice: random.Random, temporal: bool, closes: bool, weather: tuple[float, float]
) -> None:
    paired(dice, temporal, closes, *weather)


def test_it_has_gone_together_for_long_in_between() -> None:
    dice = random.Random(5)
    assert sum(paired(dice, False, False, 0.1, 0.3).shared for _ in range(20)) > 100


def begun() -> tuple[Switch, Together]:
    """A switch that goes together, and has missed three packets."""
    switch, shared = Switch(array("Q", bytes(64)), RATE, False, 10, 20), Together(0)
    switch.want(0)
    first, *rest = layer(0, 9, [0], random.Random(1), False, bits=15)
    assert taken(switch, first, True, 1.0)[0]
    switch.join(shared)
    shared.is_broken = False
    for number, sent in enumerate(rest[:3], start=1):
        shared.note(packet(sent), found(sent), 1.0 + number * STEP / RATE)
    return switch, shared


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        (lambda switch: switch.find(14), False),
        (lambda switch: switch.again(0, 0, 0, 0, 0, 0), False),
        (lambda switch: switch.want(0), False),
        (lambda switch: switch.want(1), True),
        (lambda switch: switch.want(0, 1), True),
        (lambda switch: switch.stop(), True),
        (lambda switch: switch.forget(0), True),
        (lambda switch: switch.forget(1), False),
    ],
)
def test_it_parts_when_something_changes_and_only_then(
    asked: Callable[[Switch], object], parts: bool
) -> None:
    switch, shared = begun()
    asked(switch)
    assert shared.is_broken is parts
    switch.catch_up()
    assert (switch.sequence, switch.packets, switch.octets) == (14, 4, SIZE * 4)
