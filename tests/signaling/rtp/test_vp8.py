import pytest

from signaling.rtp.vp8 import Descriptor, descriptor, starts_key_frame

KEY, OTHER = b"\x10\x02\x00", b"\x11\x02\x00"


@pytest.mark.parametrize(
    ("head", "picture", "bits", "temporal"),
    [
        (b"\x10", None, 0, None),
        (b"\x90\x80\x11", 17, 7, None),
        (b"\x90\x80\x81\x02", 258, 15, None),
        (b"\x90\xe0\x81\x02\x07\x80", 258, 15, 2),
        (b"\x90\x20\x40", None, 0, 1),
        (b"\x90\x10\x05", None, 0, None),
    ],
)
def test_descriptors_are_read(
    head: bytes, picture: int | None, bits: int, temporal: int | None
) -> None:
    found = descriptor(head + KEY, 0, len(head + KEY))
    assert found == Descriptor(True, picture, bits, temporal, len(head))


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        (b"\x10" + KEY, True),
        (b"\x10" + OTHER, False),
        (b"\x00" + KEY, False),
        (b"\x11" + KEY, False),
        (b"\x90\x80\x81\x02" + KEY, True),
        (b"\x90\x80\x81", False),
        (b"\x10", False),
        (b"", False),
    ],
)
def test_a_key_frame_is_known_by_its_first_octet(payload: bytes, key: bool) -> None:
    assert starts_key_frame(payload, 0, len(payload)) is key


def test_the_payload_ends_where_it_is_said_to() -> None:
    assert not starts_key_frame(b"\x10" + KEY, 0, 1)
