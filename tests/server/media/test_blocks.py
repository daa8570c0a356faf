"""What many receive at once is what each would have received alone."""

import struct
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.blocks import MANY, WIDEST, Block, Slots, arrange
from server.media.sockets import OUT_STRIDE, Batch
from server.media.table import LEVEL, STAMP, Lane
from signaling.events import Codec
from signaling.rtp.header import LENGTH, read
from tests.support.plane import (
    VP8_DELTA,
    VP8_KEY,
    Far,
    Ground,
    down_section,
    rtp,
    up_section,
)

CAMERA, PICTURE = "host/camera", 11
STAMPED = bytes.fromhex("BEDE000332000000100041390000")
"""An extension block with send time, level and a name."""
BOX = Batch(8, OUT_STRIDE, 16)
word = st.integers(0, 2**32 - 1)


def lane(number: int, extension: bytes = STAMPED, **changed: int) -> Lane:
    """A row that is told apart by its number."""
    block = bytearray(extension)
    return Lane(
        pack=struct.Struct(f"!BBHII{len(block)}s").pack_into,
        payload_type=96 + number % 8,
        sequence_offset=changed.get("sequence", number * 7_919),
        timestamp_offset=changed.get("timestamp", number * 77_777_777 % 2**32),
        ssrc=changed.get("ssrc", 1000 + number),
        head=0x90 if block else 0x80,
        extension=block,
        stamp=block if block else bytearray(16),
        loudness=block if block else bytearray(16),
        width=LENGTH + len(block),
        session=f"session {number}",
        name=5000 + number,
        first=changed.get("first", 0),
    )


def alone(one: Lane, packet: tuple[int, int, int, bytes, int], stamp: bytes) -> bytes:
    """A packet as the row's receiver gets it, before it is encrypted."""
    index, marker, timestamp, payload, level = packet
    one.stamp[STAMP], one.loudness[LEVEL] = stamp, level
    out = bytearray(one.width)
    sequence = (index + one.sequence_offset) & 0xFFFF
    timestamp = (timestamp + one.timestamp_offset) & 0xFFFF_FFFF
    marked = marker | one.payload_type
    one.pack(out, 0, one.head, marked, sequence, timestamp, one.ssrc, one.extension)
    return bytes(out) + payload


def waiting(begin: int, end: int) -> list[tuple[bytes, int]]:
    """The datagrams in those slots, and where each goes."""
    found = []
    for slot in range(begin, end):
        size = BOX.vector_words[2 * slot + 1]
        at = slot * OUT_STRIDE
        found.append((bytes(BOX.data[at : at + size]), BOX.header_words[8 * slot]))
    return found


@given(
    st.lists(st.tuples(st.integers(-(2**40), 2**40), word, word), min_size=1, max_size=5),
    st.tuples(
        st.integers(0, 2**40),
        st.sampled_from([0, 128]),
        word,
        st.binary(max_size=1400),
        st.integers(0, 255),
    ),
    st.binary(min_size=3, max_size=3),
    st.sampled_from([STAMPED, b""]),
    st.integers(0, 3),
)
def test_a_block_writes_what_its_lanes_would(
    rows: Sequence[tuple[int, int, int]],
    packet: tuple[int, int, int, bytes, int],
    stamp: bytes,
    extension: bytes,
    begin: int,
) -> None:
    lanes = [
        lane(number, extension, sequence=sequence, timestamp=timestamp, ssrc=ssrc)
        for number, (sequence, timestamp, ssrc) in enumerate(rows)
    ]
    end = Slots(BOX, OUT_STRIDE).write(Block(lanes), begin, packet, stamp)
    assert end == begin + len(lanes)
    assert waiting(begin, end) == [(alone(one, packet, stamp), one.name) for one in lanes]


def test_what_was_refused_is_closed_up() -> None:
    slots, lanes, packet = Slots(BOX, OUT_STRIDE), [lane(n) for n in range(5)], (7, 0, 9, b"x", 30)
    slots.write(Block(lanes), 1, packet, bytes(3))
    assert slots.close_up(1, [9, 0, 0, 9, 0]) == 4
    kept = [lanes[1], lanes[2], lanes[4]]
    assert waiting(1, 4) == [(alone(one, packet, bytes(3)), one.name) for one in kept]


def test_few_stay_alone_and_no_block_mixes_layouts_or_is_too_wide() -> None:
    many = [lane(number) for number in range(WIDEST + 5)]
    others = [lane(number, b"") for number in range(MANY)]
    few = [lane(number, STAMPED + bytes(4)) for number in range(MANY - 1)]
    single, blocks = arrange([*few, *many, *others])
    assert single == few
    assert [len(block) for block in blocks] == [WIDEST, 5, MANY]
    assert [block.stamped for block in blocks] == [True, True, False]
    assert [row for block in blocks for row in block.sessions] == [
        row.session for row in [*many, *others]
    ]


@pytest.fixture
def up(floor: Ground) -> Far:
    """A publisher of a picture with its gate open."""
    far = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (PICTURE, 12)))
    floor.gate(CAMERA)
    return far


@pytest.fixture
def class_of(floor: Ground) -> list[Far]:
    """Enough receivers for a block, and two whose slots have longer names."""
    names = ["0"] * (MANY + 1) + ["a longer name"] * 2
    receivers = []
    for number, mid in enumerate(names):
        ssrcs = (100 + 2 * number, 101 + 2 * number)
        receivers.append(floor.peer(f"d{number}", down_section(mid, (Codec.VP8,), ssrcs)))
        floor.bind(receivers[-1], mid, CAMERA)
    return receivers


def test_everybody_of_a_block_gets_every_packet(
    floor: Ground, up: Far, class_of: list[Far]
) -> None:
    for sequence, body in enumerate([VP8_KEY, VP8_DELTA, VP8_DELTA]):
        up.send(rtp(PICTURE, sequence, body, timestamp=900))
    floor.turn()
    for number, far in enumerate(class_of):
        packets = far.packets()
        assert [packet[read(packet).payload :] for packet in packets] == [
            VP8_KEY,
            VP8_DELTA,
            VP8_DELTA,
        ]
        assert {read(packet).ssrc for packet in packets} == {100 + 2 * number}
    assert floor.pump.forwarded == 3 * len(class_of)


def test_a_packet_refused_for_one_goes_to_the_others_and_never_out_plain(
    floor: Ground, up: Far, class_of: list[Far]
) -> None:
    up.send(rtp(PICTURE, 0, VP8_KEY))
    floor.turn()
    source = floor.plane.sources[next(iter(floor.plane.sources))]
    assert source.publication is not None
    floor.near(class_of[2]).slots["0"].sequence_offset -= 1  # a number used before
    source.publication.rebuild()
    for far in class_of:
        far.packets()
    up.send(rtp(PICTURE, 1, VP8_DELTA))
    floor.turn()
    assert [len(far.raw()) for far in class_of] == [1, 1, 0] + [1] * (len(class_of) - 3)
    assert floor.pump.refused == 1


def test_a_late_packet_does_not_reach_who_began_after_it(
    floor: Ground, up: Far, class_of: list[Far]
) -> None:
    up.send(rtp(PICTURE, 0, VP8_KEY))
    up.send(rtp(PICTURE, 2, VP8_DELTA))
    floor.turn()
    floor.bind(class_of[0], "0", None)
    floor.bind(class_of[0], "0", CAMERA)
    up.send(rtp(PICTURE, 3, VP8_KEY))
    floor.turn()
    for far in class_of:
        far.packets()
    up.send(rtp(PICTURE, 1, VP8_DELTA))
    floor.turn()
    assert [len(far.packets()) for far in class_of] == [0] + [1] * (len(class_of) - 1)
