"""C tells when packets came in the very octets of the reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.transport_cc import MEMORY, STATUS_LIMIT
from server.media.twin.library import Struct, ffi
from server.media.twin.uplink import TwinUplink
from server.media.uplink import Uplink
from signaling.congestion.wide_feedback import read_wide

AHEAD = (1, 1, 1, 1, 2, 5, 9, 40, STATUS_LIMIT, STATUS_LIMIT + 1, MEMORY, MEMORY + 1, 9000, 40_000)
BEHIND = (0, -1, -1, -3, -60, 1 - MEMORY, -MEMORY, -MEMORY - 1)
LATER = (0.0, 0.0001, 0.002, 0.01, 0.064, 0.3, 7.9, 8.0, 9.0)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(AHEAD + BEHIND),
        st.sampled_from(LATER),
        st.integers(1, 30),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=60,
)


def both() -> tuple[Uplink, TwinUplink]:
    """The reference and the twin."""
    return Uplink(), TwinUplink(ffi.new("struct peer *"))


@given(STEPS)
def test_the_messages_are_the_same(steps: list[tuple[int, float, int, bool]]) -> None:
    reference, twin = both()
    number, now = 65_000, 1000.0
    for ahead, later, count, tells in steps:
        number += ahead
        now += later
        for _ in range(count):
            number, now = number + 1, now + later / 7
            for each in (reference, twin):
                each.came(500, number & 0xFFFF, now)
        if tells:
            assert twin.messages(1, 2) == reference.messages(1, 2)
    assert twin.messages(1, 2) == reference.messages(1, 2)
    assert (twin.packets, twin.octets) == (reference.packets, reference.octets)


@pytest.mark.parametrize("missing", [0, 1])
@pytest.mark.parametrize("limit", [STATUS_LIMIT, MEMORY, 3 * MEMORY])
@pytest.mark.parametrize("over", [-1, 0, 1, 2])
def test_of_any_number_of_packets_as_much_is_told(missing: int, limit: int, over: int) -> None:
    reference, twin = both()
    count = limit + over
    for number in range(count):
        for uplink in (reference, twin):
            if not missing or number in (0, count - 1):
                uplink.came(500, number & 0xFFFF, 10 + number / 1000)
    messages = reference.messages(1, 2)
    assert twin.messages(1, 2) == messages
    told = [each for message in messages for each in read_wide(message)]
    if not missing:
        assert sum(len(each.ticks) for each in told) == min(count, MEMORY)


def test_a_peer_that_only_receives_has_no_memory_for_arrivals() -> None:
    state: Struct = ffi.new("struct peer *")
    uplink = TwinUplink(state)
    assert uplink.messages(1, 2) == []
    assert state.wide == ffi.NULL
