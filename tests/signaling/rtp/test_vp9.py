import pytest

from signaling.rtp.vp9 import Descriptor, descriptor, starts_key_frame


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"\x08", Descriptor(False, True, False, None, 0, 0, 1)),
        (b"\x8c\x11", Descriptor(False, True, True, 17, 0, 0, 2)),
        (b"\xcc\x81\x02", Descriptor(True, True, True, 258, 0, 0, 3)),
        (b"\xac\x81\x02\x42\x07", Descriptor(False, True, True, 258, 2, 1, 5)),
        (b"\xbc\x81\x02\x42", Descriptor(False, True, True, 258, 2, 1, 4)),
        (b"\xdc\x81\x02\x03\x04", Descriptor(True, True, True, 258, 0, 0, 5)),
        (b"\xdc\x81\x02\x03\x05\x07", Descriptor(True, True, True, 258, 0, 0, 6)),
        (b"\x0a\x00", Descriptor(False, True, False, None, 0, 0, 2)),
        (b"\x0a\x30" + bytes(8), Descriptor(False, True, False, None, 0, 0, 10)),
        (b"\x0a\x08\x02\x04\x01\x00", Descriptor(False, True, False, None, 0, 0, 6)),
    ],
)
def test_descriptors_are_read(head: bytes, found: Descriptor) -> None:
    read = descriptor(head + b"\x82", 0, len(head) + 1)
    assert read is not None
    assert read[:7] == found[:7]
    assert descriptor(head, 0, len(head)) is None


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"\x08", (0, None, 0, False)),
        (b"\xac\x11\x52\x07", (7, 7, 3, True)),
        (b"\xac\x81\x02\x42\x07", (15, 7, 4, False)),
        (b"\xbc\x81\x02\x52", (15, None, 0, True)),
    ],
)
def test_what_is_rewritten_is_found(head: bytes, found: tuple[int, int | None, int, bool]) -> None:
    read = descriptor(head + b"\x82", 0, len(head) + 1)
    assert read is not None
    assert read[7:] == found


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        (b"\x8c\x81\x02\x82", True),
        (b"\x84\x81\x02\x82", False),
        (b"\xcc\x81\x02\x82", False),
        (b"\xac\x81\x02\x02\x07\x82", False),
        (b"\xac\x81\x02\x00\x07\x82", True),
        (b"\x8c", False),
        (b"", False),
    ],
)
def test_a_key_frame_needs_no_other_and_is_the_lowest_layer(payload: bytes, key: bool) -> None:
    assert starts_key_frame(payload, 0, len(payload)) is key
