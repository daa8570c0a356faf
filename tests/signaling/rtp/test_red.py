import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.rtp.red import (
    LENGTH_MOST,
    MOST,
    OFFSET_MOST,
    SIZE_MOST,
    Block,
    Redundancy,
    blocks,
    built,
    copies,
    stripped,
)

OPUS = 111


def test_a_packet_alone_has_one_octet_more() -> None:
    assert Redundancy().packet(OPUS, 960, b"own", 2) == bytes([OPUS]) + b"own"


def test_the_ones_before_stand_oldest_first() -> None:
    redundancy = Redundancy()
    redundancy.packet(OPUS, 0, b"one", 2)
    redundancy.packet(OPUS, 960, b"two", 2)
    payload = redundancy.packet(OPUS, 1920, b"three", 2)
    heads = bytes.fromhex("ef1e0003ef0f00036f")
    assert payload == heads + b"onetwothree"


def test_only_so_many_as_are_asked_for_are_repeated() -> None:
    redundancy = Redundancy()
    for step in range(4):
        redundancy.packet(OPUS, 960 * step, b"before", 0)
    for repeated in range(MOST + 1):
        payload = redundancy.packet(OPUS, 960 * (4 + repeated), b"own", repeated)
        assert len(blocks(payload, 0) or []) == 1 + repeated


def test_what_is_too_old_too_long_or_empty_is_left_out() -> None:
    for timestamp, data in (
        (0, b"old"),
        (OFFSET_MOST + 2, b""),
        (OFFSET_MOST + 2, bytes(LENGTH_MOST + 1)),
        (OFFSET_MOST + 10 + 1, b"from the future"),
    ):
        redundancy = Redundancy()
        redundancy.packet(OPUS, timestamp, data, 2)
        assert redundancy.packet(OPUS, OFFSET_MOST + 10, b"own", 2) == bytes([OPUS]) + b"own"


def test_large_packets_are_not_repeated_into_splitting() -> None:
    redundancy = Redundancy()
    for step in range(3):
        payload = redundancy.packet(OPUS, 960 * step, bytes(400), 2)
        assert len(payload) <= SIZE_MOST


@pytest.mark.parametrize(
    "broken", [b"", b"\x80", b"\xef\x1e\x00\x03", b"\xef\x1e\x00\x03\x6fab", b"\xef" * 100]
)
def test_what_is_broken_has_no_blocks(broken: bytes) -> None:
    assert blocks(broken, 0) is None
    assert stripped(broken, 0) is None


sounds = st.lists(st.binary(min_size=1, max_size=LENGTH_MOST), min_size=1, max_size=12)


@given(sounds, st.integers(0, 2**32 - 1), st.integers(0, MOST))
def test_a_receiver_finds_what_was_put_in(some: list[bytes], begin: int, repeated: int) -> None:
    redundancy, said = Redundancy(), set[Block]()
    for step, data in enumerate(some):
        timestamp = begin + 960 * step & 0xFFFF_FFFF
        payload = redundancy.packet(OPUS, timestamp, data, repeated)
        own = Block(OPUS, timestamp, data)
        said.add(own)
        found = blocks(payload, timestamp)
        assert found is not None
        assert stripped(payload, timestamp) == found[-1] == own
        assert set(found) <= said
        assert len(found) <= 1 + repeated


@given(st.lists(st.binary(min_size=1, max_size=150), min_size=5, max_size=20), st.data())
def test_two_losses_in_a_row_are_healed(some: list[bytes], data: st.DataObject) -> None:
    redundancy = Redundancy()
    sent = [(960 * n, redundancy.packet(OPUS, 960 * n, each, 2)) for n, each in enumerate(some)]
    first = data.draw(st.integers(0, len(some) - 3))
    came = [each for n, each in enumerate(sent) if n not in (first, first + 1)]
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


@pytest.mark.parametrize(
    ("loss", "now", "then"),
    [
        (0.0, 0, 0),
        (0.005, 0, 0),
        (0.02, 0, 1),
        (0.05, 0, 1),
        (0.1, 0, 2),
        (0.2, 0, 2),
        (1.0, 0, 2),
        (0.009, 1, 1),
        (0.004, 1, 0),
        (0.07, 2, 2),
        (0.03, 2, 1),
        (0.0, 2, 0),
    ],
)
def test_more_is_repeated_at_once_and_less_when_it_is_over(
    loss: float, now: int, then: int
) -> None:
    assert copies(loss, now) == then
