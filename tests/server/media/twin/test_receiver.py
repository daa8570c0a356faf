"""Slots of which C sends again and on which it notes reports."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media import feedback
from server.media.switching import NEWEST, NONE
from server.media.twin.library import ffi, load
from server.media.twin.receiver import TwinSwitch
from signaling.events import Codec
from signaling.rtp.frames import marks
from signaling.rtp.tap import CODECS
from tests.support.plane import VP8_KEY, down_section, ground, rtp, up_section

CAMERA, SCREEN = "h/camera", "h/screen"


def test_python_and_c_never_take_the_same_number_for_what_is_sent_again() -> None:
    with ground("compiled") as floor:
        up = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
        down = floor.peer("down", down_section("0", (Codec.VP8,), (101, 102)))
        floor.gate(CAMERA)
        floor.bind(down, "0", CAMERA)
        up.send(rtp(11, 7, VP8_KEY))
        floor.turn()
        near = floor.near(down)
        row = near.slots["0"]
        sequence = int.from_bytes(down.packets()[0][2:4], "big")
        numbers = []
        for _ in range(3):
            down.report(feedback.nack(1, 101, [sequence]))
            floor.turn()
            plain = row.retransmission(sequence, floor.now)
            assert plain is not None
            floor.pump.send(near, plain)
            floor.pump.flush()
            numbers += [int.from_bytes(each[2:4], "big") for each in down.packets()]
        assert [each - numbers[0] & 0xFFFF for each in numbers] == [0, 1, 2, 3, 4, 5]


def test_a_slot_sends_nothing_again_of_what_it_does_not_carry_any_more() -> None:
    with ground("compiled") as floor:
        up = floor.peer(
            "up",
            up_section("0", CAMERA, Codec.VP8, (11, 12)),
            up_section("1", SCREEN, Codec.VP8, (13, 14)),
        )
        down = floor.peer("down", down_section("0", (Codec.VP8,), (101, 102)))
        other = floor.peer("other", down_section("0", (Codec.VP8,), (201, 202)))
        for source in (CAMERA, SCREEN):
            floor.gate(source)
        for far in (down, other):
            floor.bind(far, "0", CAMERA)
        up.send(rtp(11, 7, VP8_KEY))
        floor.turn()
        sequence = int.from_bytes(down.packets()[0][2:4], "big")
        shown: tuple[str | None, ...] = (None, SCREEN)
        for each in shown:
            floor.bind(down, "0", each)
            down.report(feedback.nack(1, 101, [sequence]))
            floor.turn()
            assert down.packets() == []


@pytest.mark.parametrize("codec", [Codec.VP8, Codec.VP9, Codec.H264])
@given(
    st.one_of(
        st.binary(max_size=16),
        st.binary(max_size=9).map(lambda rest: b"\xba\x80\x07" + rest),
        st.binary(max_size=9).map(lambda rest: b"\x90\xf0" + rest),
        st.binary(max_size=9).map(lambda rest: b"\x18\x00\x03" + rest),
    )
)
def test_python_and_c_read_the_same_of_a_frame(codec: Codec, payload: bytes) -> None:
    read = ffi.new("struct marks *")
    load().marks_read(CODECS.index(codec), ffi.from_buffer(payload), len(payload), read)
    found = marks(codec, payload, 0, len(payload))
    names = [name for name, _ in ffi.typeof("struct marks").fields]
    assert [getattr(read, name) for name in names] == list(found)


def test_what_c_lets_pass_python_finds_and_forgets() -> None:
    switch = TwinSwitch(array("Q", bytes(64)), 90_000, True, 65_535, 0)
    switch.want(1)
    assert not switch.take(0, 7, 100, 0, 3 | NEWEST, 0, -1, -1)
    assert switch.take(1, 7, 100, 0, 3 | NEWEST, 0, -1, -1)
    assert (switch.out_sequence, switch.packets, switch.layer) == (65_536, 1, 1)
    assert switch.find(65_536) == (1, 7)
    switch.forget(1)
    assert switch.layer == NONE
    assert switch.find(65_536) == (NONE, 0)
