"""A receiver gets fewer frames of a picture in one piece, and nothing of it shows but that."""

from itertools import pairwise

import pytest

from server.media import feedback
from server.media.requests import Want
from signaling.events import Codec
from signaling.rtp.header import read
from tests.support.layered import PATTERN
from tests.support.layered_play import CAMERA, vp8
from tests.support.plane import Ground, down_section, rtp, up_section
from tests.support.thinned_play import vp9

FRAME = 3000
"""RTP ticks."""


class Screen:
    """A device that sends one picture in temporal layers, and two that get it."""

    def __init__(self, floor: Ground, codec: Codec = Codec.VP9) -> None:
        self.floor, self.codec = floor, codec
        self.up = floor.peer("up", up_section("0", CAMERA, codec, (21, 61)))
        slot = down_section("0", (codec,), (101, 102))
        self.down, self.other = floor.peer("down", slot), floor.peer("other", slot)
        floor.gate(CAMERA)
        for far in (self.down, self.other):
            floor.bind(far, "0", CAMERA)
        self.picture = self.sequence = 0

    def piece(self, *, key: bool = False, first: bool = True, last: bool = True) -> None:
        """One packet of the picture."""
        temporal = PATTERN[self.picture % 4]
        if self.codec is Codec.VP9:
            body = vp9(self.picture, temporal, key=key, first=first, last=last)
        elif self.codec is Codec.VP8:
            body = vp8(self.picture, key, temporal)
        else:
            body = b"\x67sps" if key else b"\x41slice"
        body += b"%d" % temporal
        time = self.picture * FRAME
        self.up.send(rtp(21, self.sequence, body, codec=self.codec, timestamp=time))
        self.sequence += 1

    def show(self, frames: int, *, key: bool = False) -> None:
        """Pictures of two packets each, of VP8 one."""
        for _ in range(frames):
            if self.codec is Codec.VP9:
                self.piece(key=key, last=False)
                self.piece(key=key, first=False)
            else:
                self.piece(key=key)
            self.picture += 1
            key = False
            self.floor.turn()

    def want(self, temporal: int | None) -> None:
        """What the allocator says."""
        wish = Want(peer=self.down.id, mid="0", layer=0, temporal=temporal)
        self.floor.plane.want(wish, self.floor.now)

    def asked(self) -> bool:
        """Whether a key frame was asked for."""
        return any(each[1] == 206 for each in self.up.reports())


def layers(packets: list[bytes]) -> str:
    """Of which temporal layers they are."""
    return b"".join(each[-1:] for each in packets).decode()


def check_whole(packets: list[bytes]) -> None:
    """No number is missing, and time goes on by what was filmed."""
    heads = [read(each) for each in packets]
    steps = {later.sequence - earlier.sequence & 0xFFFF for earlier, later in pairwise(heads)}
    assert steps == {1}
    apart = {
        later.timestamp - earlier.timestamp & 0xFFFF_FFFF for earlier, later in pairwise(heads)
    }
    assert apart <= {each * FRAME for each in range(5)}


@pytest.fixture
def screen(floor: Ground) -> Screen:
    """One that is seen, in VP9."""
    made = Screen(floor)
    made.show(4, key=True)
    made.asked()
    return made


def test_fewer_frames_pass_from_the_next_one_on_and_all_again(screen: Screen) -> None:
    screen.want(1)
    screen.show(8)
    screen.want(0)
    screen.show(8)
    screen.want(None)
    screen.show(4)
    packets = screen.down.packets()
    assert layers(packets) == "00221122" + "00110011" + "0000" + "00221122"
    check_whole(packets)
    assert screen.floor.pump.refused == 0
    assert not screen.asked()


@pytest.mark.parametrize("codec", [Codec.VP8, Codec.VP9])
def test_both_codecs_are_thinned_and_what_cannot_be_passes(floor: Ground, codec: Codec) -> None:
    screen = Screen(floor, codec)
    screen.show(4, key=True)
    screen.want(0)
    screen.show(8)
    packets = screen.down.packets()
    assert set(layers(packets[-2:])) == {"0"}
    check_whole(packets)


def test_frames_without_a_temporal_layer_all_pass(floor: Ground) -> None:
    screen = Screen(floor, Codec.H264)
    screen.show(4, key=True)
    screen.want(0)
    screen.show(8)
    assert len(screen.down.packets()) == 12


def test_the_other_receivers_get_everything(screen: Screen) -> None:
    screen.want(0)
    screen.show(8)
    packets = screen.other.packets()
    assert len(packets) == 24
    check_whole(packets)


def test_a_frame_that_has_begun_is_sent_whole(screen: Screen) -> None:
    screen.show(1)
    screen.down.packets()
    screen.piece(last=False)
    screen.floor.turn()
    screen.want(0)
    screen.piece(first=False)
    screen.picture += 1
    screen.show(4)
    packets = screen.down.packets()
    assert layers(packets) == "22" + "00"
    check_whole(packets)


def test_what_comes_is_counted_by_temporal_layer_without_key_frames(screen: Screen) -> None:
    (publication,) = screen.floor.near(screen.up).publications.values()
    octets = publication.octets // 8
    assert list(publication.octets_of) == [0, 2 * octets, 4 * octets, 0]
    screen.show(1)
    assert list(publication.octets_of) == [2 * octets, 2 * octets, 4 * octets, 0]


def test_a_run_may_begin_with_fewer_frames(floor: Ground) -> None:
    screen = Screen(floor)
    screen.want(0)
    screen.show(8, key=True)
    packets = screen.down.packets()
    assert layers(packets) == "0000"
    check_whole(packets)
    (row,) = floor.near(screen.down).slots.values()
    assert not row.has_shown(0.4, floor.now + 0.3)
    assert row.has_shown(0.4, floor.now + 0.5)


@pytest.mark.parametrize("place", [1, -1])
def test_what_was_lost_is_sent_again_as_it_was_numbered(screen: Screen, place: int) -> None:
    screen.want(0)
    screen.show(8)
    lost = screen.down.packets()[place]
    screen.down.report(feedback.nack(1, 101, [int.from_bytes(lost[2:4], "big")]))
    screen.floor.turn()
    (again,) = screen.down.packets()
    assert again[4:8] == lost[4:8]
    assert again[-6:] == lost[-6:]


def test_what_comes_late_has_the_number_that_was_kept_for_it(screen: Screen) -> None:
    late = screen.sequence
    screen.sequence += 1
    screen.show(1)
    screen.down.packets()
    screen.want(0)
    screen.show(4)
    before = screen.down.packets()
    newest, screen.sequence = screen.sequence, late
    screen.picture -= 1
    screen.piece(first=False)
    screen.floor.turn()
    screen.sequence = newest
    (came,) = screen.down.packets()
    assert read(came).sequence == read(before[0]).sequence - 3 & 0xFFFF


def test_packets_are_counted_on_and_the_clock_is_told(screen: Screen) -> None:
    screen.want(0)
    screen.show(8)
    came = screen.down.packets()
    told = feedback.SenderReport(
        ssrc=21, ntp=5 << 40, rtp=(screen.picture - 4) * FRAME, packets=1, octets=1
    )
    screen.up.report(feedback.sender_report(told))
    screen.floor.turn()
    (report,) = [item for each in screen.down.reports() for item in feedback.read(each)]
    assert isinstance(report, feedback.SenderReport)
    assert report.packets == len(came)
    assert report.rtp == read(came[-1]).timestamp


def test_a_sequence_that_begins_anew_begins_with_fewer_frames_too(screen: Screen) -> None:
    screen.want(0)
    screen.show(4)
    before = screen.down.packets()
    screen.sequence += 20_000
    screen.picture += 3
    screen.show(1)
    assert not screen.down.packets()
    screen.picture += 4
    screen.show(5, key=True)
    after = screen.down.packets()
    assert layers(after) == "0000"
    assert read(after[0]).sequence == read(before[-1]).sequence + 1 & 0xFFFF


def test_the_next_run_begins_without_a_switch(screen: Screen) -> None:
    screen.want(0)
    screen.show(4)
    (row,) = screen.floor.near(screen.down).slots.values()
    assert row.switch is not None
    screen.floor.bind(screen.down, "0", None)
    screen.floor.bind(screen.down, "0", CAMERA)
    screen.show(4, key=True)
    assert row.switch is None
    check_whole(screen.down.packets()[-8:])


def test_a_run_that_ends_with_its_first_limit_is_gone_on_with(screen: Screen) -> None:
    screen.want(0)
    screen.want(None)
    screen.floor.bind(screen.down, "0", None)
    screen.floor.bind(screen.down, "0", CAMERA)
    screen.show(1, key=True)
    numbers = [read(each).sequence for each in screen.down.packets()]
    assert [each - numbers[0] & 0xFFFF for each in numbers] == list(range(10))
