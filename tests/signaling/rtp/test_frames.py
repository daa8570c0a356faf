import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.events import Codec
from signaling.rtp.frames import FIRST, KEY, PLAIN, RISES, SYNCED, Marks, marks, renumber

H264, VP8, VP9, OPUS = Codec.H264, Codec.VP8, Codec.VP9, Codec.OPUS


@pytest.mark.parametrize(
    ("codec", "payload", "found"),
    [
        (VP8, "10 020000", Marks(KEY | FIRST, 0, -1, 0, 0, -1, 0)),
        (VP8, "90e0810207a0 010000", Marks(FIRST | SYNCED, 2, 258, 15, 2, 7, 4)),
        (VP8, "80e0110740 020000", Marks(0, 1, 17, 7, 2, 7, 3)),
        (VP8, "90", PLAIN),
        (VP9, "8c8102 82", Marks(KEY | FIRST, 0, 258, 15, 1, -1, 0)),
        (VP9, "ec81025007 82", Marks(FIRST | RISES, 2, 258, 15, 1, 7, 4)),
        (VP9, "e4115207 82", Marks(RISES, 2, 17, 7, 1, 7, 3)),
        (VP9, "ac81020207 82", Marks(0, 0, 258, 15, 1, 7, 4)),
        (VP9, "", PLAIN),
        (H264, "6742", Marks(KEY | FIRST, 0, -1, 0, 0, -1, 0)),
        (H264, "6588", PLAIN),
        (H264, "4188", PLAIN),
        (OPUS, "88", Marks(KEY | FIRST, 0, -1, 0, 0, -1, 0)),
    ],
)
def test_marks_are_read_wherever_the_payload_begins(
    codec: Codec, payload: str, found: Marks
) -> None:
    data = bytes.fromhex(payload)
    assert marks(codec, data, 0, len(data)) == found
    shifted = b"header" + data + b"behind"
    assert marks(codec, shifted, 6, 6 + len(data)) == found


@given(
    st.sampled_from([VP8, VP9]),
    st.binary(min_size=1, max_size=24),
    st.integers(0, 2**15 - 1),
    st.integers(0, 255),
)
def test_what_is_renumbered_reads_so_and_is_the_same_else(
    codec: Codec, payload: bytes, picture: int, base: int
) -> None:
    before = marks(codec, payload, 0, len(payload))
    written = bytearray(payload)
    renumber(written, before, picture, base)
    after = marks(codec, written, 0, len(written))
    wanted = before._replace(
        picture=picture & (1 << before.picture_bits) - 1 if before.picture_bits else -1,
        base=base if before.base >= 0 else -1,
    )
    assert after == wanted
    touched = {before.base_at} if before.base >= 0 else set()
    touched |= {before.picture_at + each for each in range(before.picture_bits // 7)}
    same = set(range(len(payload))) - touched
    assert all(payload[at] == written[at] for at in same)
    assert len(written) == len(payload)
