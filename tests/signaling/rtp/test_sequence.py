import pytest
from aiortc import clock
from hypothesis import given
from hypothesis import strategies as st

from signaling.rtp.sequence import difference, extend, from_ntp, middle, to_ntp


@pytest.mark.parametrize(
    ("sequence", "highest", "index"),
    [
        (1, 0, 1),
        (0, 65_535, 65_536),
        (65_535, 65_536, 65_535),
        (5, 3 * 65_536 + 65_530, 4 * 65_536 + 5),
        (65_530, 4 * 65_536 + 5, 3 * 65_536 + 65_530),
        (65_530, 2, -6),
    ],
)
def test_a_sequence_number_finds_its_lap(sequence: int, highest: int, index: int) -> None:
    assert extend(sequence, highest) == index


@given(st.integers(0, 2**40), st.integers(-32_768, 32_767))
def test_an_index_near_the_highest_is_found_again(highest: int, step: int) -> None:
    assert extend((highest + step) & 0xFFFF, highest) == highest + step


@given(st.integers(0, 2**32 - 1), st.integers(-(2**31), 2**31 - 1))
def test_timestamps_differ_across_the_wrap(earlier: int, step: int) -> None:
    assert difference((earlier + step) & 0xFFFF_FFFF, earlier) == step


@given(st.floats(0, 2_000_000_000))
def test_ntp_goes_there_and_back(seconds: float) -> None:
    assert from_ntp(to_ntp(seconds)) == pytest.approx(seconds, abs=1e-6)


def test_ntp_agrees_with_another_reading() -> None:
    ntp = to_ntp(1_700_000_000.25)
    assert clock.datetime_from_ntp(ntp).timestamp() == pytest.approx(1_700_000_000.25)


def test_the_middle_is_what_reports_name() -> None:
    assert middle(0x1122_3344_5566_7788) == 0x3344_5566
