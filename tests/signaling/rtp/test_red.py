import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.rtp.red import (
    LENGTH_MOST,
    MOST,
    OFFSET_MOST,
    SIZE_MOST,
    Block,
    blocks,
    built,
    redundant,
    stripped,
)

OPUS = 111


def test_a_packet_alone_has_one_octet_more() -> None:
    assert redundant(OPUS, 960, b"own", []) == bytes([OPUS]) + b"own"


def test_the_ones_before_stand_oldest_first() -> None:
    payload = redundant(OPUS, 1920, b"three", [(0, b"one"), (960, b"two")])
    heads = bytes.fromhex("ef1e0003ef0f00036f")
    assert payload == heads + b"onetwothree"


def test_time_may_wrap_between_them() -> None:
    payload = redundant(OPUS, 480, b"own", [(2**32 - 480, b"before")])
    assert blocks(payload, 480) == [Block(OPUS, 2**32 - 480, b"before"), Block(OPUS, 480, b"own")]


def test_what_is_too_old_too_long_or_empty_is_left_out() -> None:
    for timestamp, data in (
        (0, b"old"),
        (OFFSET_MOST + 2, b""),
        (OFFSET_MOST + 2, bytes(LENGTH_MOST + 1)),
        (OFFSET_MOST + 10, b"at the same time"),
        (OFFSET_MOST + 10 + 1, b"from the future"),
    ):
        payload = redundant(OPUS, OFFSET_MOST + 10, b"own", [(timestamp, data)])
        assert payload == bytes([OPUS]) + b"own"


def test_large_packets_are_not_repeated_into_splitting() -> None:
    before = [(0, bytes(400)), (960, bytes(400))]
    payload = redundant(OPUS, 1920, bytes(400), before)
    assert len(payload) <= SIZE_MOST
    assert [len(each.data) for each in blocks(payload, 1920) or []] == [400, 400]
    before = [(0, bytes(300)), (960, bytes(700))]
    assert redundant(OPUS, 1920, bytes(400), before) == bytes([OPUS]) + bytes(400)


@pytest.mark.parametrize(
    "broken", [b"", b"\x80", b"\xef\x1e\x00\x03", b"\xef\x1e\x00\x03\x6fab", b"\xef" * 100]
)
def test_what_is_broken_has_no_blocks(broken: bytes) -> None:
    assert blocks(broken, 0) is None
    assert stripped(broken, 0) is None


sounds = st.lists(st.binary(min_size=1, max_size=LENGTH_MOST), min_size=1, max_size=12)


def sent(some: list[bytes], begin: int, repeated: int) -> list[tuple[int, bytes]]:
    """Timestamp and redundant payload of each."""
    timed = [(begin + 960 * step & 0xFFFF_FFFF, data) for step, data in enumerate(some)]
    return [
        (at, redundant(OPUS, at, data, timed[max(0, step - repeated) : step]))
        for step, (at, data) in enumerate(timed)
    ]


@given(sounds, st.integers(0, 2**32 - 1), st.integers(0, MOST))
def test_a_receiver_finds_what_was_put_in(some: list[bytes], begin: int, repeated: int) -> None:
    said = set[Block]()
    for data, (timestamp, payload) in zip(some, sent(some, begin, repeated), strict=True):
        own = Block(OPUS, timestamp, data)
        said.add(own)
        found = blocks(payload, timestamp)
        assert found is not None
        assert stripped(payload, timestamp) == found[-1] == own
        assert set(found) <= said
        assert len(found) <= 1 + repeated


@given(st.lists(st.binary(min_size=1, max_size=150), min_size=5, max_size=20), st.data())
def test_two_losses_in_a_row_are_healed(some: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(some) - 3))
    came = [each for n, each in enumerate(sent(some, 0, 2)) if n not in (first, first + 1)]
    heard = {block.timestamp: block.data for at, each in came for block in blocks(each, at) or []}
    assert [heard[960 * n] for n in range(len(some))] == some


@given(st.binary(max_size=1500), st.integers(0, 2**32 - 1))
def test_any_payload_is_read_or_refused(payload: bytes, timestamp: int) -> None:
    found = blocks(payload, timestamp)
    if found is not None:
        assert sum(len(block.data) for block in found) < len(payload)
        assert all(0 <= block.timestamp < 2**32 for block in found)


@given(
    st.binary(max_size=50),
    st.lists(st.tuples(st.integers(1, OFFSET_MOST), st.binary(max_size=LENGTH_MOST)), max_size=5),
)
def test_blocks_are_the_inverse_of_built(data: bytes, older: list[tuple[int, bytes]]) -> None:
    found = blocks(built(OPUS, data, older), 100_000)
    expected = [Block(OPUS, 100_000 - age, old) for age, old in older]
    assert found == [*expected, Block(OPUS, 100_000, data)]
