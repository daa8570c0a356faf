import pytest

from signaling.rtp.h264 import starts_key_frame, unit_types

SLICE, SPS, PPS, IDR = b"\x41\x9a", b"\x67\x42\xe0\x1f", b"\x68\xce", b"\x65\x88"


def aggregate(*units: bytes) -> bytes:
    return b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


@pytest.mark.parametrize(
    ("payload", "types"),
    [
        (b"", []),
        (SLICE, [1]),
        (aggregate(SPS, PPS, IDR), [7, 8, 5]),
        (aggregate(SPS) + b"\0\0", [7]),
        (aggregate(SPS) + b"\0\x09\x65", [7]),
        (b"\x7c\x85\x88", [5]),
        (b"\x7c\x05\x88", []),
        (b"\x7c", []),
        (b"\x7e\x85", []),
    ],
)
def test_the_units_that_begin_in_a_payload(payload: bytes, types: list[int]) -> None:
    assert list(unit_types(b"hd" + payload, 2, 2 + len(payload))) == types


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        (SLICE, False),
        (PPS, False),
        (aggregate(SPS, PPS), True),
        (b"\x7c\x85\x88", True),
        (b"\x7c\x81\x9a", False),
    ],
)
def test_a_key_frame_begins_with_parameters_or_an_idr_slice(payload: bytes, key: bool) -> None:
    assert starts_key_frame(payload, 0, len(payload)) is key
