import struct
from itertools import count

from aiortc.rtp import RtcpPsfbPacket, RtcpRtpfbPacket, RtcpSenderInfo, RtcpSrPacket

from client.room.incoming import ASK_AGAIN_S, ASK_TIMES, KEY_AGAIN_S, Arrived, Incoming
from client.room.offers import Answered
from client.room.outgoing import Line
from client.room.payloads import Vp8Packets
from recorder.reorder import WAIT_S
from signaling.events import Codec
from signaling.rtp.header import read

KEY, DELTA = b"\x10" + bytes(2500), b"\x11" + bytes(2500)


def line(payload: int, rtx: int | None, rate: int) -> Line:
    return Line(mid="0", payload=payload, rtx=rtx, clock_rate=rate, extensions={})


def picture() -> Incoming:
    lines = {Codec.VP8: line(96, 97, 90_000), Codec.H264: line(102, 103, 90_000)}
    return Incoming(Answered(mid="0", active=True, lines=lines, ssrcs=(1, 2)), sound=False)


def sound() -> Incoming:
    lines = {Codec.OPUS: line(111, None, 48_000)}
    return Incoming(Answered(mid="1", active=True, lines=lines, ssrcs=(3,)), sound=True)


def rtp(sequence: int, payload: bytes, marker: bool, kind: int = 96, ssrc: int = 1) -> bytes:
    return struct.pack("!BBHLL", 0x80, marker << 7 | kind, sequence & 0xFFFF, 0, ssrc) + payload


def packets(start: int, *frames: bytes) -> list[bytes]:
    """VP8 frames cut into packets, numbered from `start`."""
    cutter, numbers = Vp8Packets(0), count(start)
    return [
        rtp(next(numbers), payload, marker=at == len(cut) - 1)
        for frame in frames
        for cut in [cutter.payloads(frame, not frame[0] & 1)]
        for at, payload in enumerate(cut)
    ]


def take(incoming: Incoming, sent: list[bytes], now: float = 0.0) -> list[Arrived]:
    return [each for one in sent for each in incoming.packet(one, read(one), now)]


def test_frames_arrive_whole_and_in_order() -> None:
    sent = packets(65_533, KEY, DELTA)
    sent[1], sent[2] = sent[2], sent[1]
    arrived = take(picture(), sent)
    assert [(each.frame.data, each.frame.key) for each in arrived] == [(KEY, True), (DELTA, False)]


def test_a_missing_packet_is_asked_for_again_and_again_but_not_for_ever() -> None:
    one = picture()
    sent = packets(10, KEY)
    take(one, [sent[0], sent[2]])
    asked = []
    for tick in range(3 * ASK_TIMES):
        asked += one.feedback(9, tick * ASK_AGAIN_S)
    assert len(asked) == min(ASK_TIMES, int(WAIT_S / ASK_AGAIN_S) + 1)
    for each in asked:
        assert isinstance(each, RtcpRtpfbPacket)
        assert (each.fmt, each.media_ssrc, each.lost) == (1, 1, [11])


def test_a_packet_that_was_sent_again_completes_its_frame() -> None:
    one = picture()
    sent = packets(10, KEY)
    assert take(one, [sent[0], sent[2]]) == []
    again = rtp(77, (11).to_bytes(2, "big") + sent[1][12:], False, kind=97, ssrc=2)
    assert [each.frame.data for each in take(one, [again])] == [KEY]
    assert one.feedback(9, 1.0) == []
    assert one.tally.received == one.tally.expected == 3


def test_what_never_comes_asks_for_a_key_frame_until_one_is_there() -> None:
    one = picture()
    first, lost, later = packets(1, KEY), packets(4, DELTA), packets(7, DELTA)
    take(one, [*first, *lost[1:], *later])
    one.expire(WAIT_S + 0.01)
    asked = [
        each
        for tick in range(3)
        for each in one.feedback(9, 10 + tick * KEY_AGAIN_S)
        if isinstance(each, RtcpPsfbPacket)
    ]
    assert [(each.fmt, each.media_ssrc) for each in asked] == [(1, 1)] * 3
    assert len(take(one, packets(10, KEY))) == 1
    assert one.feedback(9, 100.0) == []


def test_lost_sound_is_neither_asked_for_nor_waited_for_long() -> None:
    one = sound()
    sent = [rtp(n, b"\x78sound", True, kind=111, ssrc=3) for n in (1, 2, 4)]
    assert len(take(one, sent)) == 2
    assert one.feedback(9, 1.0) == []
    assert len(one.expire(WAIT_S + 0.01)) == 1


def test_a_switch_of_codec_needs_no_new_slot() -> None:
    one = picture()
    take(one, packets(1, KEY))
    unit = rtp(4, b"\x18\x00\x02\x67\x42\x00\x02\x68\xce\x00\x03\x65\x88\x80", True, kind=102)
    [arrived] = take(one, [unit])
    assert (arrived.codec, arrived.frame.key) == (Codec.H264, True)


def test_packets_of_an_unknown_kind_are_dropped() -> None:
    one = picture()
    assert take(one, [rtp(1, b"x", True, kind=50), rtp(2, b"", True), rtp(3, b"", True, 97)]) == []
    assert one.report(9, 1.0) is None


def test_reports_tell_the_loss_and_the_round_trip() -> None:
    one = picture()
    sent = packets(1, KEY, DELTA)
    take(one, [*sent[:3], *sent[4:]])
    info = RtcpSenderInfo(
        ntp_timestamp=0x1234_5678_9ABC_DEF0, rtp_timestamp=0, packet_count=0, octet_count=0
    )
    one.sender_report(RtcpSrPacket(ssrc=1, sender_info=info), 5.0)
    report = one.report(9, 5.5)
    assert report is not None
    [about] = report.reports
    assert (about.ssrc, about.packets_lost, about.highest_sequence) == (1, 1, 6)
    assert about.fraction_lost == int(255 / 6)
    assert (about.lsr, about.dlsr) == (0x5678_9ABC, 32_768)


def test_a_second_report_counts_only_what_came_since() -> None:
    one = picture()
    sent = packets(1, KEY, DELTA)
    take(one, [sent[0], sent[2]])
    one.report(9, 1.0)
    take(one, sent[3:])
    report = one.report(9, 2.0)
    assert report is not None
    assert report.reports[0].fraction_lost == 0
