from hypothesis import given
from hypothesis import strategies as st

from client.room.payloads import (
    LARGEST,
    H264Packets,
    OpusPackets,
    Vp8Packets,
    Vp9Packets,
    nal_units,
    packetizer,
)
from recorder.depacketize import Frame, assembler
from signaling.events import Codec
from signaling.rtp import vp8, vp9


def put_together(codec: Codec, payloads: list[bytes]) -> Frame | None:
    """What a receiver makes of the payloads of one frame."""
    putting = assembler(codec)
    frame = None
    for number, payload in enumerate(payloads, start=1):
        frame = putting.feed(payload, 0, len(payload), number == len(payloads))
    return frame


def h264(*units: bytes) -> bytes:
    return b"".join(b"\0\0\0\1" + unit for unit in units)


def lengths(*units: bytes) -> bytes:
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


SPS, PPS = b"\x67" + b"\x42" * 20, b"\x68\xce"


def test_an_h264_key_frame_travels_whole() -> None:
    slices = b"\x65" + bytes(range(1, 255)) * 30
    payloads = H264Packets().payloads(h264(SPS, PPS, slices), True)
    assert max(map(len, payloads)) <= LARGEST
    assert put_together(Codec.H264, payloads) == Frame(lengths(SPS, PPS, slices), True)


def test_small_h264_units_travel_together() -> None:
    payloads = H264Packets().payloads(h264(SPS, PPS, b"\x65\x88\x80"), True)
    assert len(payloads) == 1
    assert payloads[0][0] & 31 == 24


def test_a_lone_h264_unit_travels_as_it_is() -> None:
    assert H264Packets().payloads(h264(b"\x41\x9a\x01"), False) == [b"\x41\x9a\x01"]


def test_many_small_h264_units_fill_several_packets() -> None:
    units = [b"\x41" + bytes([number]) * 400 for number in range(1, 8)]
    payloads = H264Packets().payloads(h264(*units), False)
    assert max(map(len, payloads)) <= LARGEST
    assert put_together(Codec.H264, payloads) == Frame(lengths(*units), False)


def test_units_are_found_behind_long_and_short_start_codes() -> None:
    stream = b"\0\0\0\1\x67\x01\0\0\1\x68\x02\0\0\0\1\x65\x03"
    assert list(nal_units(stream)) == [b"\x67\x01", b"\x68\x02", b"\x65\x03"]


@given(st.binary(min_size=1, max_size=5000), st.booleans())
def test_a_vp8_frame_travels_whole(body: bytes, key: bool) -> None:
    frame = bytes([body[0] & 0xFE | (not key)]) + body[1:]
    payloads = Vp8Packets(7).payloads(frame, key)
    assert max(map(len, payloads)) <= LARGEST
    assert put_together(Codec.VP8, payloads) == Frame(frame, key)


@given(st.binary(min_size=1, max_size=5000), st.booleans())
def test_a_vp9_frame_travels_whole(frame: bytes, key: bool) -> None:
    payloads = Vp9Packets(7, 640, 360).payloads(frame, key)
    assert max(map(len, payloads)) <= LARGEST
    assert put_together(Codec.VP9, payloads) == Frame(frame, key)


def test_picture_numbers_count_up_and_wrap() -> None:
    vp8_cutter, vp9_cutter = Vp8Packets(0x7FFF), Vp9Packets(0x7FFF, 640, 360)
    numbers = []
    for _ in range(2):
        payload = vp8_cutter.payloads(b"\1", False)[0]
        numbers.append(int.from_bytes(payload[2:4], "big") & 0x7FFF)
        found = vp9.descriptor(vp9_cutter.payloads(b"\1", False)[0], 0, 4)
        assert found is not None
        numbers.append(found.picture or 0)
    assert numbers == [0x7FFF, 0x7FFF, 0, 0]


def test_only_the_first_packet_of_a_frame_begins_it() -> None:
    payloads = Vp8Packets(0).payloads(bytes(4000), True)
    found = [vp8.descriptor(payload, 0, len(payload)) for payload in payloads]
    assert [each is not None and each.begins for each in found] == [True, False, False, False]


def test_each_codec_has_its_packets() -> None:
    made = {codec: type(packetizer(codec, 0, (2, 2))) for codec in Codec}
    assert made == {
        Codec.OPUS: OpusPackets,
        Codec.H264: H264Packets,
        Codec.VP8: Vp8Packets,
        Codec.VP9: Vp9Packets,
    }
