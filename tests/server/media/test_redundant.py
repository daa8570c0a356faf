"""Sound with what came before it for one receiver, plain for another; with either pump."""

import pytest

from server.media.requests import SetTap
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.header import read
from signaling.rtp.red import blocks
from tests.support.plane import RED, Far, Ground, down_section, rtp, up_section

VOICE, STEP = "h/microphone", 960
OPUS, TWICE = 121, RED[Codec.OPUS]
"""What the receivers call them."""


class Sound:
    """A publisher, a receiver that loses and one that does not."""

    def __init__(self, floor: Ground) -> None:
        self.floor = floor
        self.up = floor.peer("up", up_section("0", VOICE, Codec.OPUS, (11,)))
        self.lossy = self.receiver("lossy", 101)
        self.whole = self.receiver("whole", 102)
        floor.gate(VOICE)
        floor.plane.set_tap(SetTap(source=SourceId(VOICE), handle=1))

    def receiver(self, name: str, ssrc: int) -> Far:
        far = self.floor.peer(name, down_section("0", (Codec.OPUS,), (ssrc,)))
        self.floor.bind(far, "0", VOICE)
        return far

    def repeat(self, copies: int) -> None:
        """Repeat so much for the one that loses."""
        row = self.floor.near(self.lossy).slots["0"]
        row.copies = copies
        self.floor.plane.change(row)

    def say(self, *numbers: int, kind: int | None = None, body: bytes = b"") -> None:
        """Packets of these sequence numbers."""
        for number in numbers:
            said = body or b"said %d" % number
            self.up.send(
                rtp(11, number, said, codec=Codec.OPUS, timestamp=STEP * number, number=kind)
            )
            self.floor.turn()

    def heard(self, far: Far) -> list[tuple[int, list[bytes]]]:
        """Payload type of each packet, and what is in it."""
        found = []
        for packet in far.packets():
            header = read(packet)
            payload = packet[header.payload :]
            inside = blocks(payload, header.timestamp) if header.payload_type == TWICE else None
            assert all(each.payload_type == OPUS for each in inside or ())
            said = [payload] if inside is None else [each.data for each in inside]
            found.append((header.payload_type, said))
        return found


@pytest.fixture
def sound(floor: Ground) -> Sound:
    return Sound(floor)


def test_each_packet_repeats_those_before_it_for_whom_loses_alone(sound: Sound) -> None:
    sound.say(1, 2)
    sound.repeat(2)
    sound.say(3, 4)
    sound.repeat(1)
    sound.say(5)
    sound.repeat(0)
    sound.say(6)
    said = [b"said %d" % number for number in range(7)]
    assert sound.heard(sound.whole) == [(OPUS, [each]) for each in said[1:]]
    assert sound.heard(sound.lossy) == [
        *[(OPUS, [each]) for each in said[1:3]],
        *[(TWICE, said[1:4]), (TWICE, said[2:5]), (TWICE, said[4:6])],
        (OPUS, said[6:]),
    ]


def test_nothing_is_repeated_from_before_a_gate_was_shut_or_a_row_began(sound: Sound) -> None:
    sound.say(1, 2)
    sound.repeat(2)
    sound.floor.gate(VOICE, is_open=False)
    sound.say(3)
    sound.floor.gate(VOICE)
    sound.say(4, 5)
    assert sound.heard(sound.lossy)[2:] == [(TWICE, [b"said 4"]), (TWICE, [b"said 4", b"said 5"])]
    late = sound.receiver("late", 103)
    sound.floor.near(late).slots["0"].copies = 2
    sound.floor.plane.change(sound.floor.near(late).slots["0"])
    sound.say(6, 7)
    assert sound.heard(late) == [(TWICE, [b"said 6"]), (TWICE, [b"said 6", b"said 7"])]


def test_what_was_lost_on_the_way_up_is_left_out(sound: Sound) -> None:
    sound.repeat(2)
    sound.say(1, 3)
    assert sound.heard(sound.lossy)[-1] == (TWICE, [b"said 1", b"said 3"])
