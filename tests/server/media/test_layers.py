import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.layers import NOWHERE, RENEWALS, Place, Streams

RIDS = ("l", "m", "h")


def test_a_stream_is_known_by_its_number_once_it_was_named() -> None:
    streams = Streams(RIDS)
    assert streams.place(7, b"h", b"") == Place(2, False)
    assert streams.place(8, b"", b"h") == Place(2, True)
    assert streams.place(7, b"", b"") == Place(2, False)
    assert streams.place(8, b"", b"") == Place(2, True)
    assert (streams.ssrc(2), streams.ssrc(0)) == (7, None)


@pytest.mark.parametrize(("rid", "repaired"), [(b"", b""), (b"x", b""), (b"", b"x"), (b"lm", b"")])
def test_what_names_no_layer_is_nowhere_and_not_remembered(rid: bytes, repaired: bytes) -> None:
    streams = Streams(RIDS)
    assert streams.place(7, rid, repaired) == NOWHERE
    assert not streams.places
    assert streams.place(7, b"l", b"") == Place(0, False)


def test_a_layer_that_comes_with_another_number_has_that_one() -> None:
    streams = Streams(RIDS)
    streams.place(7, b"m", b"")
    assert streams.place(9, b"m", b"") == Place(1, False)
    assert streams.ssrc(1) == 9
    assert streams.place(7, b"", b"") == NOWHERE


def test_repairs_may_bear_both_names() -> None:
    assert Streams(RIDS).place(8, b"m", b"m") == Place(1, True)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 60),
            st.sampled_from([b"", b"l", b"m", b"h", b"x"]),
            st.sampled_from([b"", b"l", b"m", b"h", b"x"]),
        ),
        max_size=200,
    )
)
def test_however_many_streams_come_few_are_kept(packets: list[tuple[int, bytes, bytes]]) -> None:
    streams = Streams(RIDS)
    changes = 0
    for ssrc, rid, repaired in packets:
        before = dict(streams.places)
        found = streams.place(ssrc, rid, repaired)
        changes += streams.places != before
        assert found == before.get(ssrc, found)
        assert len(streams.places) <= 2 * len(RIDS)
        assert len(set(streams.places.values())) == len(streams.places)
    assert changes <= 2 * len(RIDS) * (1 + RENEWALS)
