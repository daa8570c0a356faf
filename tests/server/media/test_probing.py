from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.path_input import Probed
from server.media.probing import (
    ANSWER,
    FACTOR,
    OCTETS_LEAST,
    PAUSE_LEAST,
    PAUSE_MOST,
    ROOM,
    Probing,
)


def answer(number: int, rate: float, packets: int = 5) -> Probed:
    return Probed(cluster=number, packets=packets, sent_rate=rate, arrived_rate=rate)


def slowed(number: int) -> Probed:
    return Probed(cluster=number, packets=8, sent_rate=1e6, arrived_rate=5e5)


def test_twice_the_estimate_is_tried_but_little_more_than_is_wanted() -> None:
    first = Probing().due(0.0, 500_000, 3_000_000, calm=True)
    assert first is not None
    assert first.rate == FACTOR * 500_000
    second = Probing().due(0.0, 500_000, 600_000, calm=True)
    assert second is not None
    assert second.rate == pytest.approx(ROOM * 600_000)


def test_a_probe_has_at_least_eight_packets() -> None:
    cluster = Probing().due(0.0, 50_000, 3_000_000, calm=True)
    assert cluster is not None
    assert (cluster.octets, cluster.packet) == (OCTETS_LEAST, 200)


def test_nothing_is_tried_without_need_or_calm() -> None:
    probing = Probing()
    assert probing.due(0.0, 500_000, 500_000, calm=True) is None
    assert probing.due(0.0, 500_000, 3_000_000, calm=False) is None


def test_one_that_was_answered_well_is_followed_by_the_next_at_once() -> None:
    probing = Probing()
    probing.due(0.0, 500_000, 3_000_000, calm=True)
    assert probing.due(0.1, 500_000, 3_000_000, calm=True) is None
    probing.answered(answer(1, 1e6, packets=2), 0.1)
    assert probing.due(0.1, 500_000, 3_000_000, calm=True) is None
    probing.answered(answer(1, 950_000), 0.2)
    second = probing.due(0.2, 950_000, 3_000_000, calm=True)
    assert second is not None
    assert second.number == 2


def test_one_that_found_nothing_is_followed_later_and_later() -> None:
    probing = Probing()
    times, now = [], 0.0
    while now < 60:
        cluster = probing.due(now, 500_000, 3_000_000, calm=True)
        if cluster is not None:
            times.append(now)
            probing.answered(slowed(cluster.number), now + 0.05)
        now += 0.1
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses[0] == pytest.approx(PAUSE_LEAST, abs=0.2)
    assert pauses[-1] == pytest.approx(PAUSE_MOST, abs=0.2)


def test_one_of_which_nothing_is_heard_found_nothing() -> None:
    probing = Probing()
    probing.due(0.0, 500_000, 3_000_000, calm=True)
    assert probing.due(ANSWER + 0.1, 500_000, 3_000_000, calm=True) is None
    later = ANSWER + PAUSE_LEAST + 0.2
    assert probing.due(later, 500_000, 3_000_000, calm=True) is not None


def test_a_path_that_is_back_is_tried_at_once() -> None:
    probing = Probing()
    probing.due(0.0, 500_000, 3_000_000, calm=True)
    probing.restart(0.1)
    assert probing.due(0.1, 500_000, 3_000_000, calm=True) is not None


@given(st.lists(st.tuples(st.floats(4e4, 2e7), st.floats(0, 2e7), st.booleans()), max_size=200))
def test_probes_are_numbered_one_by_one_and_never_all_the_time(
    some: list[tuple[float, float, bool]],
) -> None:
    probing = Probing()
    found = [
        cluster
        for place, (bitrate, wanted, calm) in enumerate(some)
        if (cluster := probing.due(place / 10, bitrate, wanted, calm))
    ]
    assert [cluster.number for cluster in found] == list(range(1, len(found) + 1))
    assert len(found) <= 1 + len(some) / 10 / (ANSWER + PAUSE_LEAST)
