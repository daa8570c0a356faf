import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.congestion.departures import HISTORY, Departures, Fate
from signaling.congestion.wide_feedback import WideFeedback


def departed(count: int) -> Departures:
    departures = Departures()
    for number in range(count):
        assert departures.sent(number * 0.01, 1000 + number % 10, cluster=number % 3) == (
            number & 0xFFFF
        )
    return departures


def test_feedback_says_of_each_packet_when_it_came_or_that_it_is_missing() -> None:
    fates = departed(3).learned(WideFeedback(0, [4000, None, 4080]))
    assert fates == [
        Fate(0.0, 0.0, 1000, 0, False),
        Fate(0.01, None, 1001, 1, False),
        Fate(0.02, 0.02, 1002, 2, False),
    ]


def test_what_is_known_is_not_told_again() -> None:
    departures = departed(3)
    departures.learned(WideFeedback(0, [1, None, 2]))
    assert departures.learned(WideFeedback(0, [1, None, 2])) == []


def test_a_missing_packet_may_come_late() -> None:
    departures = departed(3)
    departures.learned(WideFeedback(0, [0, None, 8]))
    (fate,) = departures.learned(WideFeedback(1, [20]))
    assert fate == Fate(0.01, 0.005, 1001, 1, True)


def test_numbers_go_on_behind_the_wrap() -> None:
    departures = departed(65_540)
    (fate,) = departures.learned(WideFeedback(2, [5]))
    assert fate.sent == pytest.approx(655.38)


def test_what_was_never_sent_or_is_forgotten_tells_nothing() -> None:
    departures = departed(HISTORY + 10)
    assert departures.learned(WideFeedback(HISTORY + 10, [1, 2])) == []
    assert departures.learned(WideFeedback(9, [1])) == []
    assert len(departures.learned(WideFeedback(10, [1]))) == 1


def test_the_receivers_clock_may_wrap() -> None:
    departures = departed(2)
    fates = departures.learned(WideFeedback(0, [2**32 - 2, 2]))
    assert [fate.arrived for fate in fates] == [0.0, pytest.approx(0.001)]


def test_what_is_sent_again_as_it_was_is_lost_once_and_never_heard_of() -> None:
    departures = departed(3)
    departures.learned(WideFeedback(0, [None]))
    assert departures.gone(0) == []
    assert [fate.arrived for fate in departures.gone(2)] == [None]
    assert departures.gone(2) == departures.gone(3) == departures.gone(65_535) == []
    assert [fate.sent for fate in departures.learned(WideFeedback(0, [1, 2, 3]))] == [0.01]


def test_what_was_sent_is_counted() -> None:
    assert departed(2).octets == 2001


ticks = st.lists(st.one_of(st.none(), st.integers(0, 2**32 - 1)), min_size=1, max_size=50)


@given(st.integers(0, 300), st.lists(st.tuples(st.integers(0, 65_535), ticks), max_size=10))
def test_no_feedback_makes_more_of_a_packet_than_lost_once_and_found_once(
    count: int, messages: list[tuple[int, list[int | None]]]
) -> None:
    departures = departed(count)
    fates = [fate for told in messages for fate in departures.learned(WideFeedback(*told))]
    came = [fate.sent for fate in fates if fate.arrived is not None]
    missing = [fate.sent for fate in fates if fate.arrived is None]
    assert len(came) == len(set(came)) <= count
    assert len(missing) == len(set(missing)) <= count
