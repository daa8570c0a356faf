from bench.footage import PAYLOAD_LIMIT, payloads
from signaling.rtp.h264 import starts_key_frame, unit_types

SPS, PPS, IDR = b"\x67\x42", b"\x68\xce", b"\x65" + bytes(3 * PAYLOAD_LIMIT)


def test_parameter_sets_travel_together_and_large_units_in_pieces() -> None:
    packets = list(payloads([SPS, PPS, IDR]))
    assert list(unit_types(packets[0], 0, len(packets[0]))) == [7, 8]
    assert b"".join(packet[2:] for packet in packets[1:]) == IDR[1:]
    assert [packet[1] for packet in packets[1:]] == [0x85, 0x05, 0x45]
    assert starts_key_frame(packets[1], 0, len(packets[1]))


def test_a_small_unit_is_a_packet_of_its_own() -> None:
    assert list(payloads([b"\x41abc"])) == [b"\x41abc"]
