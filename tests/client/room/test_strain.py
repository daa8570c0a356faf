from collections.abc import Callable
from itertools import pairwise

from client.room.strain import LONGEST_S, REST_S, SHORT_S, Strain

Changes = list[tuple[float, int]]


def changes(short: Callable[[float, int], bool], seconds: int, unsent: int = 0) -> Changes:
    """When another number of three layers was spared, looked at each second."""
    strain = Strain()
    found: Changes = []
    for now in range(seconds):
        before = strain.spared
        strain.take(short(now, before), 3, max(unsent, before), float(now))
        if strain.spared != before:
            found.append((now, strain.spared))
    return found


def test_a_computer_that_is_short_for_a_moment_spares_nothing() -> None:
    assert changes(lambda now, spared: now % 5 != 0, 60) == []


def test_one_layer_goes_and_is_tried_again_after_a_rest() -> None:
    found = changes(lambda now, spared: now <= SHORT_S, 200)
    assert found == [(SHORT_S, 1), (SHORT_S + REST_S, 0)]


def test_the_lowest_layer_stays_whatever_happens() -> None:
    found = changes(lambda now, spared: True, 60)
    assert [spared for _, spared in found] == [1, 2]


def test_what_is_in_vain_is_tried_ever_more_rarely() -> None:
    found = changes(lambda now, spared: spared == 0, 4000)
    tries = [now for now, spared in found if spared == 0]
    rests = [later - one - SHORT_S - 1 for one, later in pairwise(tries)]
    assert rests[:3] == [2 * REST_S, 4 * REST_S, 8 * REST_S]
    assert max(rests) == LONGEST_S


def test_where_the_highest_is_not_sent_anyway_the_next_one_goes() -> None:
    assert changes(lambda now, spared: now <= SHORT_S, 20, unsent=1) == [(SHORT_S, 2)]
