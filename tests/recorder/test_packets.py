"""Batches of the tap to frames: what both halves promise."""

import pytest

from recorder.packets import (
    BEGUN,
    LOST,
    OVERRUN,
    REPORT,
    STRANGE,
    WHOLE,
    Found,
    Incoming,
    Interpreted,
)
from recorder.reorder import HELD
from recorder.twin.incoming import Compiled
from signaling.events import Codec
from tests.support.encoded import Publisher, sounds
from tests.support.strange_tap import tap_record


def test_a_batch_comes_to_what_its_records_say_in_their_order() -> None:
    incoming, publisher = Interpreted(), Publisher(1, Codec.OPUS)
    one, two = sounds(0.04)
    batch = [
        *publisher.frame(one, 5.0),
        publisher.report(77, 0.0, 5.1),
        publisher.overrun(3, 5.2, 5.3),
        *publisher.frame(two, 5.4),
        *Publisher(2, Codec.VP8).frame(one, 5.5),
    ]
    incoming.open(1, Codec.OPUS)
    found = list(incoming.batch(b"".join(batch)))
    assert [each.kind for each in found] == [BEGUN, WHOLE, REPORT, OVERRUN, WHOLE, STRANGE]
    assert [each.arrival for each in found if each.kind in (WHOLE, REPORT, STRANGE)] == [
        *(5.0, 5.1, 5.4, 5.5)
    ]
    assert found[1].data == one.data
    assert found[-1].data == batch[-1]


def test_a_frame_has_the_arrival_of_its_first_packet() -> None:
    incoming, publisher = Interpreted(), Publisher(1, Codec.VP8)
    incoming.open(1, Codec.VP8)
    list(incoming.batch(tap_record(publisher, b"\x10\0ab", marker=False, at=7.0)))
    (found,) = incoming.batch(tap_record(publisher, b"\0cd", marker=True, at=7.3))
    assert (found.arrival, found.data) == (7.0, b"\0abcd")


@pytest.mark.parametrize("half", [Interpreted, Compiled])
def test_no_more_than_its_bound_waits_behind_a_hole(half: type[Incoming]) -> None:
    incoming, publisher = half(), Publisher(1, Codec.OPUS)
    incoming.open(1, Codec.OPUS)
    list(incoming.batch(tap_record(publisher, b"\x78a", marker=False)))
    records = [
        tap_record(publisher, b"\x78b", marker=False, skip=not number) for number in range(HELD + 1)
    ]
    assert list(incoming.batch(b"".join(records[:HELD]))) == []
    kinds = [found.kind for found in incoming.batch(records[HELD])]
    assert kinds == [LOST, *[WHOLE] * (HELD + 1)]


@pytest.mark.parametrize("half", [Interpreted, Compiled])
def test_what_is_open_may_be_opened_again_and_what_is_not_be_closed(half: type[Incoming]) -> None:
    incoming, publisher = half(), Publisher(1, Codec.OPUS)
    assert list(incoming.close(1, 0.0)) == []
    incoming.open(1, Codec.OPUS)
    list(incoming.batch(tap_record(publisher, b"\x78a", marker=False)))
    list(incoming.batch(tap_record(publisher, b"\x78b", marker=False, skip=1)))
    incoming.open(1, Codec.OPUS)
    assert list(incoming.close(1, 0.0)) == []
    assert [one.kind for one in incoming.batch(tap_record(publisher, b"\x78", marker=False))] == [
        STRANGE
    ]


@pytest.mark.parametrize("half", [Interpreted, Compiled])
def test_what_a_broken_batch_held_before_its_fault_counts(half: type[Incoming]) -> None:
    incoming, publisher = half(), Publisher(1, Codec.OPUS)
    incoming.open(1, Codec.OPUS)
    record = tap_record(publisher, b"\x78a", marker=False)
    came: list[Found] = []
    with pytest.raises(ValueError, match="a tap record"):
        came += incoming.batch(record + record[:-1])
    assert WHOLE in [found.kind for found in came]
