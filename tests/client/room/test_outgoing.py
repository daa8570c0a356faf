import struct
from dataclasses import replace

import pytest
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import (
    HeaderExtensionsMap,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    RtpPacket,
    pack_remb_fci,
    unwrap_rtx,
)

from client.room.outgoing import (
    KEPT,
    LEVEL,
    MID,
    SENT,
    Line,
    Outgoing,
    Wishes,
    estimate,
    numbered,
)
from signaling.rtp.extensions import REPAIRED_RID, RID, TRANSPORT_CC
from signaling.rtp.header import extensions, read
from signaling.rtp.sequence import from_ntp

LINE = Line(
    mid="0", payload=102, rtx=103, clock_rate=90_000, extensions={MID: 1, LEVEL: 2, SENT: 3}
)


def stream(line: Line = LINE, sequence: int = 100) -> Outgoing:
    return Outgoing(
        line=line,
        ssrc=1111,
        rtx_ssrc=2222,
        cname="room",
        epoch=1_700_000_000.0,
        sequence=sequence,
        timestamp=5000,
    )


def parsed(packet: bytes) -> RtpPacket:
    """The packet as aiortc reads it."""
    known = HeaderExtensionsMap()
    known.configure(
        RTCRtpParameters(
            headerExtensions=[
                RTCRtpHeaderExtensionParameters(id=number, uri=uri)
                for uri, number in LINE.extensions.items()
            ]
        )
    )
    return RtpPacket.parse(packet, known)


def test_a_picture_is_numbered_and_its_last_packet_marked() -> None:
    packets = [parsed(p) for p in stream().frame([b"a", b"b"], 90_000, 1.0, 1.0)]
    assert [p.sequence_number for p in packets] == [100, 101]
    assert [p.marker for p in packets] == [0, 1]
    assert {p.timestamp for p in packets} == {95_000}
    assert [p.payload for p in packets] == [b"a", b"b"]


def test_packets_carry_section_and_loudness() -> None:
    [packet] = stream().frame([b"sound"], 0, 0.0, 2.5, level=30)
    extensions = parsed(packet).extensions
    assert extensions.mid == "0"
    assert extensions.audio_level == (True, 30)
    assert extensions.abs_send_time == int(2.5 * 2**18)


def test_sound_after_silence_is_marked() -> None:
    one = stream()
    first = parsed(one.frame([b"s"], 0, 0.0, 0.0, level=127, begins=True)[0])
    second = parsed(one.frame([b"s"], 960, 0.02, 0.02, level=127)[0])
    assert (first.marker, second.marker) == (1, 0)


@pytest.mark.parametrize(("number", "following"), [(0xFFFF, 0), (0x7FFF, 0x8000)])
def test_numbers_wrap_at_their_end_alone(number: int, following: int) -> None:
    packets = stream(sequence=number).frame([b"a", b"b"], 0, 0.0, 0.0)
    assert [parsed(p).sequence_number for p in packets] == [number, following]


def test_a_lost_packet_comes_again_in_the_other_stream() -> None:
    one = stream()
    packets = one.frame([b"a", b"b", b"c"], 0, 0.0, 0.0)
    asked = RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=1111, lost=[101])
    [again] = one.feedback(asked).again
    repeated = parsed(again)
    assert (repeated.ssrc, repeated.payload_type) == (2222, 103)
    original = unwrap_rtx(repeated, payload_type=102, ssrc=1111)
    assert (original.sequence_number, original.payload) == (101, parsed(packets[1]).payload)


def test_each_retransmission_has_a_number_of_its_own() -> None:
    one = stream()
    one.frame([b"a", b"b"], 0, 0.0, 0.0)
    asked = RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=1111, lost=[100, 101])
    twice = one.feedback(asked).again + one.feedback(asked).again
    assert len({parsed(packet).sequence_number for packet in twice}) == 4


def test_without_rtx_a_lost_packet_comes_again_byte_for_byte() -> None:
    line = Line(mid="0", payload=102, rtx=None, clock_rate=90_000, extensions={})
    one = stream(line)
    [packet] = one.frame([b"a"], 0, 0.0, 0.0)
    asked = RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=1111, lost=[100])
    assert one.feedback(asked).again == (packet,)


def test_what_is_too_old_is_forgotten() -> None:
    one = stream(sequence=0)
    for _ in range(KEPT + 1):
        one.frame([b"a"], 0, 0.0, 0.0)
    old = RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=1111, lost=[0])
    young = RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=1111, lost=[1])
    assert one.feedback(old).again == ()
    assert len(one.feedback(young).again) == 1


def test_transport_wide_feedback_is_not_taken_for_a_loss() -> None:
    one = stream()
    one.frame([b"a"], 0, 0.0, 0.0)
    other = RtcpRtpfbPacket(fmt=15, ssrc=9, media_ssrc=1111, lost=[100])
    assert one.feedback(other) == Wishes()


def test_a_lost_picture_asks_for_a_key_frame() -> None:
    pli = RtcpPsfbPacket(fmt=1, ssrc=9, media_ssrc=1111)
    fir = RtcpPsfbPacket(fmt=4, ssrc=9, media_ssrc=0, fci=struct.pack("!LBBBB", 1111, 1, 0, 0, 0))
    assert stream().feedback(pli).key_frame
    assert stream().feedback(fir).key_frame


def test_feedback_for_another_stream_asks_nothing() -> None:
    one = stream()
    one.frame([b"a"], 0, 0.0, 0.0)
    for fmt in (1, 4):
        assert not one.feedback(RtcpPsfbPacket(fmt=fmt, ssrc=9, media_ssrc=77)).key_frame
    assert not one.feedback(RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=77, lost=[100])).again


def test_a_receiver_report_tells_the_loss() -> None:
    info = RtcpReceiverInfo(
        ssrc=1111,
        fraction_lost=64,
        packets_lost=1,
        highest_sequence=1,
        jitter=0,
        lsr=0,
        dlsr=0,
    )
    assert stream().feedback(RtcpRrPacket(ssrc=9, reports=[info])).loss == 0.25


def test_an_estimate_names_the_streams_that_share_it() -> None:
    told = RtcpPsfbPacket(fmt=15, ssrc=9, media_ssrc=0, fci=pack_remb_fci(400_000, [1111, 3]))
    assert estimate(told) == (400_000, [1111, 3])
    assert estimate(RtcpPsfbPacket(fmt=15, ssrc=9, media_ssrc=0, fci=b"REMB\x09")) is None
    assert estimate(RtcpPsfbPacket(fmt=1, ssrc=9, media_ssrc=0)) is None


def test_there_is_no_report_before_the_first_frame() -> None:
    assert stream().report(1.0) is None


def test_reports_of_picture_and_sound_point_at_the_same_moment() -> None:
    picture = stream()
    sound = stream(Line(mid="1", payload=111, rtx=None, clock_rate=48_000, extensions={}))
    picture.frame([b"p"], 90_000 * 3, 53.0, 53.01)
    sound.frame([b"s"], 48_000 * 2, 52.0, 53.02, level=20)
    seen, heard = (moment_of_tick_zero(each, 53.5) for each in (picture, sound))
    assert abs(seen - heard) < 0.0005
    assert abs(seen - 1_700_000_050.0) < 0.0005


def moment_of_tick_zero(one: Outgoing, now: float) -> float:
    """The date at which the source began, as a receiver works it out of a report."""
    report = one.report(now)
    assert report is not None
    sender, names = RtcpPacket.parse(report)
    assert isinstance(sender, RtcpSrPacket)
    assert names is not None
    info = sender.sender_info
    ticks = info.rtp_timestamp - one.timestamp
    return from_ntp(info.ntp_timestamp) - ticks / one.line.clock_rate


NAMED = Line(
    mid="0",
    payload=102,
    rtx=103,
    clock_rate=90_000,
    extensions={MID: 1, SENT: 3, RID: 4, REPAIRED_RID: 5},
)


def layer(line: Line = NAMED) -> Outgoing:
    one = stream(line)
    one.agree(line, "m")
    return one


def names(packet: bytes) -> dict[str, str]:
    """Names of section and layer that a packet bears."""
    header = read(packet)
    found = extensions(packet, header)
    uris = {number: uri for uri, number in NAMED.extensions.items() if uri != SENT}
    return {
        uris[number]: packet[at : at + length].decode()
        for number, (at, length) in found.items()
        if number in uris
    }


def report(ssrc: int) -> RtcpRrPacket:
    info = RtcpReceiverInfo(
        ssrc=ssrc, fraction_lost=0, packets_lost=0, highest_sequence=1, jitter=0, lsr=0, dlsr=0
    )
    return RtcpRrPacket(ssrc=9, reports=[info])


def test_a_layer_bears_its_name_until_the_other_end_tells_of_it() -> None:
    one = layer()
    both = {MID: "0", RID: "m"}
    assert [names(p) for p in one.frame([b"a", b"b"], 0, 0.0, 0.0)] == [both, both]
    one.feedback(report(77))
    assert names(one.frame([b"c"], 0, 0.0, 0.0)[0]) == both
    one.feedback(report(1111))
    [packet] = one.frame([b"d"], 0, 0.0, 0.0)
    assert names(packet) == {}
    assert parsed(packet).payload == b"d"
    one.agree(NAMED, "m")
    assert names(one.frame([b"e"], 0, 0.0, 0.0)[0]) == both, "it may have been forgotten"


def test_what_a_layer_sends_again_names_what_it_repairs_for_ever() -> None:
    one = layer()
    one.feedback(report(1111))
    one.frame([b"a", b"b"], 0, 0.0, 0.0)
    asked = RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=1111, lost=[101])
    [again] = one.feedback(asked).again
    assert names(again) == {MID: "0", REPAIRED_RID: "m"}
    repeated = parsed(again)
    assert (repeated.ssrc, repeated.payload_type) == (2222, 103)
    original = unwrap_rtx(repeated, payload_type=102, ssrc=1111)
    assert (original.sequence_number, original.payload) == (101, b"b")


def test_where_repairs_have_no_name_of_their_own_they_bear_the_layers() -> None:
    plain = {uri: number for uri, number in NAMED.extensions.items() if uri != REPAIRED_RID}
    one = layer(Line(mid="0", payload=102, rtx=103, clock_rate=90_000, extensions=plain))
    one.frame([b"a"], 0, 0.0, 0.0)
    asked = RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=1111, lost=[100])
    assert names(one.feedback(asked).again[0]) == {MID: "0", RID: "m"}


def test_a_picture_in_one_piece_keeps_the_name_of_its_section() -> None:
    one = stream(NAMED)
    one.feedback(report(1111))
    assert names(one.frame([b"a"], 0, 0.0, 0.0)[0]) == {MID: "0"}


NUMBERED = replace(LINE, extensions={**LINE.extensions, TRANSPORT_CC: 6})


def wide(packet: bytes) -> int:
    """Its number on the transport, where everybody else looks for it."""
    at, size = extensions(packet, read(packet))[6]
    assert size == 2
    return int.from_bytes(packet[at : at + size], "big")


def test_a_packet_is_numbered_on_the_transport_when_it_leaves() -> None:
    one = stream(NUMBERED)
    [first, second] = one.frame([b"a", b"b"], 0, 0.0, 0.0)
    assert (wide(numbered(second, 65_535)), wide(numbered(first, 258))) == (65_535, 258)
    assert parsed(numbered(first, 258)).payload == b"a"
    [sound] = stream(NUMBERED).frame([b"s"], 0, 0.0, 0.0, level=30)
    assert wide(numbered(sound, 3)) == 3


def test_a_retransmission_has_a_number_of_its_own_on_the_transport() -> None:
    one = stream(NUMBERED)
    one.frame([b"a"], 0, 0.0, 0.0)
    [again] = one.feedback(RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=1111, lost=[100])).again
    original = unwrap_rtx(parsed(numbered(again, 77)), payload_type=102, ssrc=1111)
    assert (wide(numbered(again, 77)), original.payload) == (77, b"a")


def test_what_is_numbered_is_never_sent_twice_in_its_own_stream() -> None:
    one = stream(replace(NUMBERED, rtx=None))
    one.frame([b"a"], 0, 0.0, 0.0)
    asked = RtcpRtpfbPacket(fmt=1, ssrc=9, media_ssrc=1111, lost=[100])
    assert one.feedback(asked).again == ()
    assert one.padding(100) == []


def test_the_newest_packets_fill_a_probe() -> None:
    one = stream(NUMBERED)
    assert one.padding(100) == []
    one.frame([bytes(500), bytes(501), bytes(502)], 0, 0.0, 0.0)
    packets = one.padding(600)
    assert [parsed(each).ssrc for each in packets] == [2222, 2222]
    assert [len(unwrap_rtx(parsed(p), 102, 1111).payload) for p in packets] == [502, 501]
    assert len(one.padding(9000)) == 3
