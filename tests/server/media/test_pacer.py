"""How pictures are spread, by the reference and by its compiled twin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.pacer import (
    DEPTH_LEAST,
    OCTETS_MOST,
    PACE,
    PACKETS_MOST,
    QUEUE,
    WAIT,
    Pacer,
)
from tests.support.pacers import TARGET, Make, due, offered, packet, packets, twin


@pytest.fixture(params=[Pacer, twin], ids=["python", "compiled"])
def make(request: pytest.FixtureRequest) -> Make:
    """A pacer of either kind."""
    made: Make = request.param
    return made


def drained(pacer: Pacer, start: float, seconds: float) -> list[tuple[float, int]]:
    """When each number left, looked for each 5 ms."""
    ticks = [start + tick * 0.005 for tick in range(1, round(seconds * 200) + 1)]
    return [(now, each.number) for now in ticks for each in due(pacer, now)]


def test_what_comes_evenly_leaves_at_once(make: Make) -> None:
    pacer = make(0.0, TARGET)
    for place, each in enumerate(packets(100)):
        assert offered(pacer, [each], place * 0.01) == [each.number]
    assert pacer.is_idle


def test_a_key_frame_is_spread_in_its_order_and_within_the_queue(make: Make) -> None:
    pacer = make(0.0, TARGET)
    begin = offered(pacer, packets(60, key=True), 0.0)
    assert len(begin) <= DEPTH_LEAST // 1000 + 1
    rest = drained(pacer, 0.0, 1.0)
    assert begin + [number for _, number in rest] == list(range(60))
    left = [*((0.0, number) for number in begin), *rest]
    queued = longest = last = 0.0
    for at, _ in left:
        queued = max(0.0, queued - (at - last) * TARGET) + 8000
        longest, last = max(longest, queued / TARGET), at
    assert 0.9 * QUEUE < longest < QUEUE + 0.02
    # At first the pace is above the target, then it is the target.
    assert 0.9 < 8000 * sum(at <= 0.2 for at, _ in rest) / 0.2 / (PACE * TARGET) < 1.1
    assert 0.9 < 8000 * sum(at > 0.3 for at, _ in rest) / (rest[-1][0] - 0.3) / TARGET < 1.1


def test_sound_is_charged_and_the_pictures_wait_for_it(make: Make) -> None:
    pacer = make(0.0, TARGET)
    pacer.charge(3000, 0.0)
    assert offered(pacer, packets(1), 0.0) == []
    assert due(pacer, 0.001) == []
    assert due(pacer, 0.01) == packets(1)


def test_sound_alone_never_keeps_pictures_from_leaving_for_long(make: Make) -> None:
    pacer = make(0.0, TARGET)
    pacer.charge(10_000_000, 0.0)
    assert offered(pacer, packets(1), 0.0) == []
    assert drained(pacer, 0.0, 0.25)


def test_a_higher_target_lets_more_leave(make: Make) -> None:
    pacer = make(0.0, TARGET)
    offered(pacer, packets(40), 0.0)
    pacer.aim(10 * TARGET)
    assert len(drained(pacer, 0.0, 0.05)) > 30


def test_a_full_queue_shuts_its_row_until_that_begins_anew(make: Make) -> None:
    pacer = make(0.0, TARGET)
    sent = offered(pacer, packets(100), 0.0)
    assert pacer.octets == 0
    assert pacer.refuses(1)
    assert pacer.ended() == [1]
    assert offered(pacer, packets(1, key=True), 9.0) == []
    assert pacer.forget(1) == len(sent)
    assert pacer.is_idle
    assert offered(pacer, packets(1), 9.0) == [0]


def test_a_key_frame_under_way_is_finished_though_it_is_large(make: Make) -> None:
    pacer = make(0.0, TARGET)
    sent = offered(pacer, packets(120, key=True), 0.0)
    assert offered(pacer, packets(80, first=120), 0.0) == []
    assert pacer.refuses(1)
    assert pacer.ended() == []
    assert sent + [number for _, number in drained(pacer, 0.0, 2.0)] == list(range(120))
    assert pacer.ended() == [1]
    assert pacer.forget(1) == 120


def test_only_the_row_of_which_most_waits_is_shut(make: Make) -> None:
    pacer = make(0.0, TARGET)
    offered(pacer, [*packets(3, row=3), *packets(30, row=2, key=True)], 0.0)
    offered(pacer, packets(100), 0.0)
    assert pacer.ended() == [1]
    assert not pacer.refuses(2)
    assert pacer.octets == 30_000


def test_a_shut_row_tells_the_first_number_that_did_not_leave(make: Make) -> None:
    pacer = make(0.0, TARGET)
    offered(pacer, packets(120, key=True), 0.0)
    late = [each._replace(newest=False) for each in packets(80, first=40_000)]
    offered(pacer, late, 0.0)
    assert pacer.refuses(1)
    offered(pacer, packets(2, first=120), 0.0)
    drained(pacer, 0.0, 2.0)
    assert pacer.forget(1) == 120


def test_a_row_that_stopped_is_forgotten(make: Make) -> None:
    pacer = make(0.0, TARGET)
    sent = offered(pacer, packets(30), 0.0)
    offered(pacer, packets(3, row=2), 0.0)
    assert pacer.forget(1) == len(sent)
    assert pacer.forget(1) is None
    assert pacer.octets == 3000
    assert [each.row for each in due(pacer, 1.0)] == [2, 2, 2]


def test_what_is_not_kept_any_more_shuts_its_row(make: Make) -> None:
    pacer = make(0.0, TARGET)
    offered(pacer, packets(30), 0.0)
    found = pacer.due(1.0)
    assert found is not None
    pacer.gone(found)
    assert pacer.ended() == [1]
    assert pacer.forget(1) == found.number


def test_small_packets_are_bounded_by_their_number(make: Make) -> None:
    pacer = make(0.0, 20_000_000.0)
    pacer.charge(10_000_000, 0.0)
    offered(pacer, [packet(number, size=50, key=True) for number in range(PACKETS_MOST)], 0.0)
    assert not pacer.refuses(1)
    offered(pacer, [packet(PACKETS_MOST, size=50, key=True)], 0.0)
    assert pacer.ended() == [1]
    assert pacer.octets == 0


def test_large_key_frames_are_bounded_by_their_octets(make: Make) -> None:
    pacer = make(0.0, TARGET)
    offered(pacer, packets(OCTETS_MOST // 1000 + 10, key=True), 0.0)
    assert pacer.ended() == [1]


@given(st.lists(st.tuples(st.integers(1, 1500), st.floats(0, 0.05)), max_size=300))
def test_pictures_wait_no_longer_than_the_bound_and_keep_their_order(
    some: list[tuple[int, float]],
) -> None:
    pacer, now, left = Pacer(0.0, TARGET), 0.0, list[int]()
    for number, (size, pause) in enumerate(some):
        now += pause
        left += [each.number for each in due(pacer, now)]
        left += offered(pacer, [packet(number, size=size)], now)
        assert pacer.octets <= WAIT * PACE * TARGET / 8
        if pacer.ended():
            pacer.forget(1)
    left += [number for _, number in drained(pacer, now, 1.5)]
    assert pacer.octets == 0
    assert left == sorted(set(left))
