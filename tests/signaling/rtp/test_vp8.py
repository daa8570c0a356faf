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
    assert found is not None
    assert found[:5] == Descriptor(True, picture, bits, temporal, len(head))[:5]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"\x10", (0, None, 0, False)),
        (b"\x90\xe0\x11\x07\x60", (2, 7, 3, True)),
        (b"\x90\xe0\x81\x02\x07\x80", (2, 7, 4, False)),
        (b"\x90\x90\x81\x02\x20", (2, None, 4, False)),
    ],
)
def test_what_is_rewritten_is_found(head: bytes, found: tuple[int, int | None, int, bool]) -> None:
    read = descriptor(head + KEY, 0, len(head + KEY))
    assert read is not None
    if read.base is None:
        assert (read.picture_at, read.base, read.synced) == (found[0], None, found[3])
    else:
        assert read[5:] == found


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
