import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.events import Codec
from signaling.rtp.tap import CODECS, HEADER, OVERRUN, PACKET, SENDER_REPORT, Record, records


def record(
    kind: int, codec: Codec, handle: int, rollover: int, arrival: float, body: bytes
) -> bytes:
    number = CODECS.index(codec)
    return HEADER.pack(kind, number, len(body), handle, rollover, arrival) + body


RECORDS = st.tuples(
    st.sampled_from([PACKET, SENDER_REPORT, OVERRUN]),
    st.sampled_from(CODECS),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.floats(0, 1e9),
    st.binary(max_size=40),
)


@given(st.lists(RECORDS, max_size=5))
def test_a_batch_gives_its_records_back(
    written: list[tuple[int, Codec, int, int, float, bytes]],
) -> None:
    batch = b"".join(record(*one) for one in written)
    assert list(records(batch)) == [Record(*one[:5], memoryview(one[5])) for one in written]


@pytest.mark.parametrize(
    "batch",
    [
        b"\1",
        record(PACKET, Codec.VP8, 1, 0, 0.0, b"body")[:-1],
        record(9, Codec.VP8, 1, 0, 0.0, b""),
        HEADER.pack(PACKET, len(CODECS), 0, 1, 0, 0.0),
    ],
)
def test_a_batch_that_is_cut_or_of_no_known_kind_is_refused(batch: bytes) -> None:
    with pytest.raises(ValueError, match="tap record"):
        list(records(batch))


@given(st.binary(max_size=80))
def test_garbage_is_read_within_its_bounds_or_refused(batch: bytes) -> None:
    try:
        found = list(records(batch))
    except ValueError:
        return
    assert sum(HEADER.size + len(one.body) for one in found) == len(batch)
