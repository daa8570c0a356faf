from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.allocation import RISE
from signaling.congestion.estimate import PROVEN
from signaling.congestion.path_input import Probed
from signaling.congestion.probing import (
    ANSWER,
    DURATION,
    FACTOR,
    LASTED,
    NEED,
    OCTETS_LEAST,
    PAUSE_LEAST,
    PAUSE_MOST,
    ROOM,
    Probing,
    tells,
)


def answer(number: int, rate: float, packets: int = 5) -> Probed:
    return Probed(
        cluster=number, packets=packets, sent_rate=rate, arrived_rate=rate, seconds=DURATION
    )


def slowed(number: int) -> Probed:
    return Probed(cluster=number, packets=8, sent_rate=1e6, arrived_rate=5e5, seconds=DURATION)


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
    assert probing.due(0.0, NEED * 500_000, 500_000, calm=True) is None
    assert probing.due(0.0, 500_000, 3_000_000, calm=False) is None


@pytest.mark.parametrize("share", [0.5, 0.95, 1.0, 1.1, RISE])
def test_more_is_looked_for_until_all_that_is_wanted_may_rise(share: float) -> None:
    """Between what is wanted and what lets it rise an estimate once stayed for ever."""
    wanted = 450_000
    assert Probing().due(0.0, share * wanted, wanted, calm=True) is not None
    assert PROVEN * ROOM > NEED > RISE


@pytest.mark.parametrize(
    ("packets", "seconds", "told"),
    [
        (8, DURATION, True),
        (3, DURATION, False),
        (8, DURATION / 2, True),
        (8, LASTED * DURATION - 0.001, False),
        (20, 0.0, False),
    ],
)
def test_neither_a_few_packets_nor_one_portion_tell(
    packets: int, seconds: float, told: bool
) -> None:
    probed = Probed(cluster=1, packets=packets, sent_rate=6e6, arrived_rate=6e6, seconds=seconds)
    assert tells(probed) is told
    probing = Probing()
    probing.due(0.0, 500_000, 3_000_000, calm=True)
    probing.answered(probed, 0.1)
    assert (probing.due(0.2, 500_000, 3_000_000, calm=True) is not None) is told


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


@pytest.mark.parametrize(("share", "found"), [(1.0, True), (0.75, True), (0.65, False)])
def test_one_that_jitter_may_have_slowed_is_followed_at_once(share: float, found: bool) -> None:
    probing = Probing()
    probing.due(0.0, 500_000, 3_000_000, calm=True)
    came = Probed(cluster=1, packets=8, sent_rate=1e6, arrived_rate=share * 1e6, seconds=DURATION)
    probing.answered(came, 0.2)
    assert (probing.due(0.2, 700_000, 3_000_000, calm=True) is not None) is found


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
