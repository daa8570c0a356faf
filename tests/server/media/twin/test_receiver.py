"""Slots of which C sends again and on which it notes reports."""

from server.media import feedback
from signaling.events import Codec
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
