"""The pump with real sockets and real libsrtp, peers keyed without a handshake."""

import secrets

import pytest

from server.media import feedback
from server.media.peer import REPORTERS, STRANGERS
from server.media.requests import SetTap
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp import tap
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, abs_send_time
from signaling.rtp.header import extensions, read
from tests.support.plane import (
    DOWN_IDS,
    UP_IDS,
    VP8_DELTA,
    VP8_KEY,
    Far,
    Ground,
    down_section,
    numbered,
    rtp,
    up_section,
)

CAMERA, SOUND = "host/camera", "host/microphone"
PICTURE, REPAIR, VOICE = 11, 12, 21
"""SSRCs of the publisher."""
TAG = 16
"""Octets that AES-GCM adds."""


@pytest.fixture
def up(floor: Ground) -> Far:
    """A publisher of a picture and a sound, both gates open."""
    far = floor.peer(
        "up",
        up_section("0", CAMERA, Codec.VP8, (PICTURE, REPAIR)),
        up_section("1", SOUND, Codec.OPUS, (VOICE,)),
    )
    floor.gate(CAMERA)
    floor.gate(SOUND)
    return far


@pytest.fixture
def down(floor: Ground) -> Far:
    """A receiver with a picture and a sound slot, both bound."""
    far = floor.peer(
        "down",
        down_section("0", (Codec.VP8, Codec.H264), (101, 102)),
        down_section("1", (Codec.OPUS,), (103,)),
    )
    floor.bind(far, "0", CAMERA)
    floor.bind(far, "1", SOUND)
    return far


def sequences(packets: list[bytes]) -> list[int]:
    """Sequence numbers counted from the first packet's."""
    numbers = [read(packet).sequence for packet in packets]
    return [(number - numbers[0]) & 0xFFFF for number in numbers]


def test_a_packet_is_rewritten_for_its_receiver(floor: Ground, up: Far, down: Far) -> None:
    up.send(rtp(PICTURE, 5, VP8_KEY, timestamp=900, extensions={UP_IDS[MID]: b"0"}))
    floor.turn()
    (packet,) = down.packets()
    header = read(packet)
    assert (header.ssrc, header.payload_type) == (101, 106)
    assert packet[header.payload :] == VP8_KEY
    found = extensions(packet, header)
    at, length = found[DOWN_IDS[MID]]
    assert packet[at : at + length] == b"0"
    at, length = found[DOWN_IDS[ABS_SEND_TIME]]
    assert packet[at : at + length] == abs_send_time(floor.now)


def test_padding_and_csrc_are_left_behind(floor: Ground, up: Far, down: Far) -> None:
    plain = bytearray(
        rtp(VOICE, 5, b"\x00\x00\x00\x09" + b"sound" + b"\x00\x00\x03", codec=Codec.OPUS)
    )
    plain[0] |= 0x20 | 1
    up.send(bytes(plain))
    floor.turn()
    (packet,) = down.packets()
    header = read(packet)
    assert packet[header.payload : header.end] == b"sound"
    assert packet[0] & 0x2F == 0


def test_the_marker_is_kept(floor: Ground, up: Far, down: Far) -> None:
    plain = bytearray(rtp(PICTURE, 5, VP8_KEY))
    plain[1] |= 0x80
    up.send(bytes(plain))
    floor.turn()
    assert read(down.packets()[0]).marker


def test_a_picture_begins_at_a_key_frame(floor: Ground, up: Far, down: Far) -> None:
    for sequence, body in enumerate([VP8_DELTA, VP8_DELTA, VP8_KEY, VP8_DELTA]):
        up.send(rtp(PICTURE, sequence, body))
    floor.turn()
    packets = down.packets()
    assert [packet[-len(VP8_KEY) :] == VP8_KEY for packet in packets] == [True, False]
    assert sequences(packets) == [0, 1]


def test_a_sound_begins_at_once(floor: Ground, up: Far, down: Far) -> None:
    up.send(rtp(VOICE, 5, b"sound", codec=Codec.OPUS))
    floor.turn()
    assert len(down.packets()) == 1


def test_a_closed_microphone_is_dropped(floor: Ground, up: Far, down: Far) -> None:
    floor.plane.set_tap(SetTap(source=SourceId(SOUND), handle=1))
    floor.gate(SOUND, is_open=False)
    up.send(rtp(VOICE, 5, b"sound", codec=Codec.OPUS))
    floor.turn()
    assert down.packets() == []
    assert floor.tapped() == []


def test_what_was_said_while_muted_does_not_come_later(floor: Ground, up: Far, down: Far) -> None:
    up.send(rtp(VOICE, 5, b"before", codec=Codec.OPUS))
    late = up.protect(rtp(VOICE, 6, b"secret", codec=Codec.OPUS))
    floor.turn()
    floor.gate(SOUND, is_open=False)
    up.send(rtp(VOICE, 7, b"muted", codec=Codec.OPUS))
    floor.turn()
    floor.gate(SOUND)
    up.throw(late)
    up.send(rtp(VOICE, 8, b"after", codec=Codec.OPUS))
    floor.turn()
    packets = down.packets()
    assert [packet[-5:] for packet in packets] == [b"efore", b"after"]
    assert sequences(packets) == [0, 1]


def test_a_gap_stays_a_gap(floor: Ground, up: Far, down: Far) -> None:
    for sequence in (5, 6, 9):
        up.send(rtp(VOICE, sequence, b"sound", codec=Codec.OPUS))
    floor.turn()
    assert sequences(down.packets()) == [0, 1, 4]


def test_reordering_over_the_wrap_keeps_each_in_its_place(
    floor: Ground, up: Far, down: Far
) -> None:
    for sequence in (65_534, 0, 65_535, 2, 1):
        up.send(rtp(VOICE, sequence, b"sound", codec=Codec.OPUS))
    floor.turn()
    assert sequences(down.packets()) == [0, 2, 1, 4, 3]


def test_a_replayed_datagram_goes_nowhere(floor: Ground, up: Far, down: Far) -> None:
    datagram = up.protect(rtp(VOICE, 5, b"sound", codec=Codec.OPUS))
    for _ in range(3):
        up.throw(datagram)
    floor.turn()
    assert len(down.packets()) == 1
    assert floor.pump.dropped == 2


def test_a_forged_packet_goes_nowhere(floor: Ground, up: Far, down: Far) -> None:
    datagram = bytearray(up.protect(rtp(VOICE, 5, b"sound", codec=Codec.OPUS)))
    datagram[-1] ^= 1
    up.throw(bytes(datagram))
    floor.turn()
    assert down.packets() == []
    assert (floor.pump.dropped, floor.pump.received) == (1, 0)


def test_a_packet_from_another_address_goes_nowhere(floor: Ground, up: Far, down: Far) -> None:
    datagram = up.protect(rtp(VOICE, 5, b"sound", codec=Codec.OPUS))
    stranger = Far("stranger", floor.socket)
    floor.far.append(stranger)
    stranger.throw(datagram)
    floor.turn()
    assert down.packets() == []
    assert floor.pump.dropped == 1


def test_a_receiver_is_never_sent_what_it_does_not_decode(
    floor: Ground, up: Far, down: Far
) -> None:
    narrow = floor.peer("narrow", down_section("0", (Codec.H264,), (201, 202)))
    floor.bind(narrow, "0", CAMERA)
    up.send(rtp(PICTURE, 5, VP8_KEY))
    floor.turn()
    assert narrow.packets() == []
    assert len(down.packets()) == 1


@pytest.mark.parametrize("paced", [False, True])
def test_a_picture_that_goes_out_twice_is_followed_by_its_retransmissions(
    floor: Ground, up: Far, paced: bool
) -> None:
    down = floor.peer("twice", numbered(down_section("0", (Codec.VP8,), (301, 302))))
    floor.bind(down, "0", CAMERA)
    near = floor.near(down)
    if paced:
        floor.rounds.sharing.pacing.aim(near, 1e6, floor.now)
    near.slots["0"].twice = True
    floor.plane.change(near.slots["0"])
    for sequence in range(2):
        up.send(rtp(PICTURE, sequence, VP8_KEY))
    floor.turn()
    floor.pace()
    came = down.packets()
    heads = [read(each) for each in came]
    assert [each.ssrc for each in heads] == [301, 302, 301, 302]
    bodies = [each[head.payload :] for each, head in zip(came, heads, strict=True)]
    assert bodies == [VP8_KEY, came[0][2:4] + VP8_KEY, VP8_KEY, came[2][2:4] + VP8_KEY]
    down.report(feedback.nack(1, 301, [heads[0].sequence]))
    floor.turn()
    assert [read(each).ssrc for each in down.packets()] == [302, 302]


def test_a_retransmission_is_undone(floor: Ground, up: Far, down: Far) -> None:
    floor.plane.set_tap(SetTap(source=SourceId(CAMERA), handle=1))
    up.send(rtp(PICTURE, 5, VP8_KEY, timestamp=900))
    up.send(rtp(PICTURE, 7, VP8_DELTA, timestamp=2700))
    body = (6).to_bytes(2, "big") + VP8_DELTA
    up.send(rtp(REPAIR, 900, body, number=97, timestamp=1800, extensions={UP_IDS[MID]: b"0"}))
    floor.turn()
    packets = down.packets()
    assert sequences(packets) == [0, 2, 1]
    assert [read(each).timestamp - read(packets[0]).timestamp for each in packets] == [
        0, 1800, 900,
    ]  # fmt: skip
    assert packets[2].endswith(VP8_DELTA)
    repaired = bytes(floor.tapped()[2].body)
    assert repaired == rtp(PICTURE, 6, VP8_DELTA, timestamp=1800, extensions={UP_IDS[MID]: b"0"})


def test_a_retransmission_of_what_came_anyway_is_dropped(floor: Ground, up: Far, down: Far) -> None:
    up.send(rtp(PICTURE, 5, VP8_KEY))
    up.send(rtp(REPAIR, 900, (5).to_bytes(2, "big") + VP8_KEY, number=97))
    up.send(rtp(REPAIR, 901, (9).to_bytes(2, "big") + VP8_KEY, number=97))
    up.send(rtp(REPAIR, 902, b"", number=97))
    floor.turn()
    assert len(down.packets()) == 1
    assert floor.pump.refused == 0


def test_the_tap_has_the_packet_as_it_was_sent(floor: Ground, up: Far) -> None:
    floor.plane.set_tap(SetTap(source=SourceId(SOUND), handle=9))
    plain = rtp(
        VOICE, 65_535, b"sound", codec=Codec.OPUS, extensions={UP_IDS[AUDIO_LEVEL]: b"\x8a"}
    )
    up.send(plain)
    up.send(rtp(VOICE, 0, b"sound", codec=Codec.OPUS))
    floor.turn()
    first, second = floor.tapped()
    assert (first.kind, first.codec, first.handle) == (tap.PACKET, Codec.OPUS, 9)
    assert (bytes(first.body), first.arrival) == (plain, floor.now)
    assert second.rollover == first.rollover + 1


def test_a_new_sequence_of_the_same_source_runs_on(floor: Ground, up: Far, down: Far) -> None:
    up.send(rtp(VOICE, 5, b"sound", codec=Codec.OPUS, timestamp=100))
    floor.turn()
    floor.now += 0.5
    up.send(rtp(VOICE, 30_000, b"sound", codec=Codec.OPUS, timestamp=4_000_000_000))
    floor.turn()
    packets = down.packets()
    assert sequences(packets) == [0, 1]
    ticks = read(packets[1]).timestamp - read(packets[0]).timestamp & 0xFFFF_FFFF
    assert ticks == 24_000


def test_unknown_streams_are_tried_up_to_a_bound(floor: Ground, up: Far) -> None:
    for ssrc in range(5000, 5040):
        up.send(rtp(ssrc, 1, b"sound", number=50))
    floor.turn()
    assert floor.pump.received == STRANGERS
    assert len(floor.near(up).streams) == STRANGERS
    up.send(rtp(VOICE, 5, b"sound", codec=Codec.OPUS))
    floor.turn()
    assert floor.pump.received == STRANGERS + 1


def test_reports_of_new_ssrcs_are_decrypted_up_to_a_bound(floor: Ground, up: Far) -> None:
    def report(ssrc: int) -> None:
        up.report(bytes([0x80, 201, 0, 1]) + ssrc.to_bytes(4, "big"))

    up.throw(bytes([0x80, 201, 0, 1]) + secrets.token_bytes(40))  # counts for none
    for ssrc in range(9000, 9000 + REPORTERS + 5):
        report(ssrc)
    floor.turn()
    assert floor.pump.dropped == 1 + 5
    report(9000)
    floor.turn()
    assert floor.pump.dropped == 1 + 5
    report(1)
    floor.turn()
    assert floor.pump.dropped == 1 + 5 + 1


def test_a_stream_is_found_by_the_name_of_its_section(floor: Ground, down: Far) -> None:
    up = floor.peer(
        "up", up_section("0", CAMERA, Codec.VP8), up_section("1", "host/screen", Codec.VP8)
    )
    floor.gate(CAMERA)
    up.send(rtp(77, 1, VP8_KEY))
    up.send(rtp(77, 2, VP8_KEY, extensions={UP_IDS[MID]: b"0"}))
    up.send(rtp(77, 3, VP8_DELTA))
    floor.turn()
    assert len(down.packets()) == 2


def test_a_stream_is_found_by_its_payload_type_if_no_other_has_it(floor: Ground, down: Far) -> None:
    up = floor.peer("up", up_section("0", CAMERA, Codec.VP8), up_section("1", SOUND, Codec.OPUS))
    floor.gate(CAMERA)
    up.send(rtp(77, 1, VP8_KEY))
    floor.turn()
    assert len(down.packets()) == 1


def test_garbage_of_any_size_is_survived(floor: Ground, up: Far, down: Far) -> None:
    for size in (0, 1, 2, 11, 12, 13, 40, 1500, 3000):
        for first in (0x00, 0x16, 0x80, 0x90, 0xBF, 0xFF):
            up.throw(bytes([first][:size]) + secrets.token_bytes(max(0, size - 1)))
    for sequence, ending in enumerate((b"", b"\x00", b"\xff", b"\x02")):
        plain = rtp(VOICE, sequence, ending, codec=Codec.OPUS)
        up.send(b"\xa0" + plain[1:])
        up.send(rtp(REPAIR, sequence, ending, number=97))
    floor.turn()
    up.send(rtp(VOICE, 50, b"sound", codec=Codec.OPUS))
    floor.turn()
    assert len(down.packets()) >= 1


def test_one_wake_is_bounded(floor: Ground, up: Far) -> None:
    for _ in range(600):
        up.throw(b"\x00\x01")
    floor.pump.wake(floor.socket)
    assert len(floor.pump.control) == 512


def test_rtcp_of_ours_goes_where_packets_go_and_is_not_forwarded(floor: Ground, down: Far) -> None:
    near, asked = floor.near(down), feedback.nack(1, 2, [3])
    floor.pump.report(near, asked)
    floor.pump.flush()
    assert down.reports() == [asked]
    assert floor.pump.forwarded == 0
    near.route = None
    floor.pump.report(near, asked)
    floor.pump.flush()
    assert down.reports() == []


def test_what_waits_for_a_peer_goes_out_before_it_is_forgotten(floor: Ground, down: Far) -> None:
    asked = feedback.nack(1, 2, [3])
    floor.pump.report(floor.near(down), asked)
    floor.plane.close_peer(down.id)
    assert down.reports() == [asked]


def test_all_that_comes_is_counted_and_what_is_sent_again_fills_its_gap(
    floor: Ground, up: Far
) -> None:
    came = [
        rtp(PICTURE, 1, VP8_KEY),
        rtp(PICTURE, 3, VP8_DELTA),
        rtp(REPAIR, 1, (2).to_bytes(2, "big") + VP8_DELTA, number=97),
        rtp(5000, 1, b"of no section", number=50),
    ]
    for each in came:
        up.send(each)
    floor.turn()
    near = floor.near(up)
    uplink, inflow = near.uplink, near.publications["0"].inflow
    assert (uplink.packets, uplink.gaps) == (4, True)
    assert uplink.octets == sum(len(each) + TAG for each in came)
    assert (inflow.arrivals.received, inflow.begins, inflow.losses.waits) == (2, 1, False)
