import pytest
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from signaling.events import Codec
from signaling.rtp.codecs import starts_key_frame
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID
from signaling.rtp.header import extension_block, extensions, is_rtcp, read
from tests.support.hostile import case, names


def packet(first: int = 0x80, rest: bytes = b"") -> bytes:
    return bytes([first, 0xE0 | 1]) + b"\x12\x34" + b"\0\0\1\0" + b"\0\0\0\x09" + rest


def test_a_plain_header_is_read() -> None:
    header = read(packet(rest=b"picture"))
    assert header.marker
    assert header.payload_type == 97
    assert (header.sequence, header.timestamp, header.ssrc) == (0x1234, 256, 9)
    assert (header.payload, header.end) == (12, 19)


def test_contributing_sources_and_padding_are_left_out() -> None:
    data = packet(0x80 | 0x20 | 2, bytes(8) + b"x" + b"\0\0\3")
    header = read(data)
    assert data[header.payload : header.end] == b"x"


def test_one_byte_extensions_skip_padding_and_stop_at_fifteen() -> None:
    body = b"\x10a" + b"\0" + b"\x31bc" + b"\xf0\0"
    data = packet(0x90, b"\xbe\xde\0\2" + body + b"payload")
    header = read(data)
    found = {n: data[at : at + size] for n, (at, size) in extensions(data, header).items()}
    assert found == {1: b"a", 3: b"bc"}
    assert data[header.payload : header.end] == b"payload"


def test_two_byte_extensions_may_be_empty_and_long() -> None:
    body = b"\x20\x00" + b"\x01\x04long" + b"\0\0"
    data = packet(0x90, b"\x10\x05\0\3" + body + bytes(2))
    found = extensions(data, read(data))
    assert {n: data[at : at + size] for n, (at, size) in found.items()} == {32: b"", 1: b"long"}


def test_an_element_that_is_cut_short_ends_the_block() -> None:
    data = packet(0x90, b"\xbe\xde\0\1" + b"\x10a\x3fb")
    assert list(extensions(data, read(data))) == [1]


def test_a_block_of_another_profile_has_no_elements() -> None:
    data = packet(0x90, b"\xab\xcd\0\1" + b"\x10a\0\0")
    assert extensions(data, read(data)) == {}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        packet()[:11],
        packet(0x40),
        packet(0x8F),
        packet(0x90, b"\xbe\xde"),
        packet(0x90, b"\xbe\xde\0\2\0\0\0\0"),
        packet(0xA0, b"x\0"),
        packet(0xA0, b"x\x09"),
    ],
)
def test_what_is_no_packet_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="RTP"):
        read(data)


@given(st.binary(max_size=80))
def test_garbage_is_read_within_its_bounds_or_refused(data: bytes) -> None:
    data = b"\x90" + data
    try:
        header = read(data)
    except ValueError:
        return
    assert 12 <= header.extensions <= header.payload <= header.end <= len(data)
    for at, size in extensions(data, header).values():
        assert header.extensions < at <= at + size <= header.payload


@given(st.integers(0, 127), st.text("abc0", min_size=1, max_size=16), st.binary(max_size=20))
def test_another_parser_reads_the_same(level: int, mid: str, payload: bytes) -> None:
    uris = {1: MID, 2: AUDIO_LEVEL, 5: ABS_SEND_TIME}
    elements = {1: mid.encode(), 2: bytes([level]), 5: b"\1\2\3"}
    data = packet(0x90, extension_block(elements) + payload)
    table = HeaderExtensionsMap()
    table.configure(
        RTCRtpParameters(
            headerExtensions=[RTCRtpHeaderExtensionParameters(id=n, uri=u) for n, u in uris.items()]
        )
    )
    theirs = RtpPacket.parse(data, table)
    header = read(data)
    ours = {n: data[at : at + size] for n, (at, size) in extensions(data, header).items()}
    assert ours == elements
    assert theirs.extensions.mid == mid
    assert theirs.extensions.audio_level == (False, level)
    assert theirs.payload == data[header.payload : header.end]


@pytest.mark.parametrize("elements", [{0: b"a"}, {15: b"a"}, {1: b""}, {1: bytes(17)}])
def test_an_extension_that_does_not_fit_is_refused(elements: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="one-byte"):
        extension_block(elements)


def test_no_extensions_make_no_block() -> None:
    assert extension_block({}) == b""


def test_rtcp_is_told_from_rtp_by_its_second_octet() -> None:
    assert is_rtcp(b"\x80\xc8")
    assert not is_rtcp(b"\x80\xe0")
    assert not is_rtcp(b"\x80")


@pytest.mark.parametrize("name", names("rtp"))
def test_a_kept_case_is_read_within_its_bounds_or_refused(name: str) -> None:
    data = case("rtp", name)
    try:
        header = read(data)
    except ValueError:
        return
    assert header.payload <= header.end <= len(data)
    for codec in Codec:
        starts_key_frame(codec, data, header.payload, header.end)
