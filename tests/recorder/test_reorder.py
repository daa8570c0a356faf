"""Packets in order: duplicates, holes that are filled, holes that are not."""

from hypothesis import given
from hypothesis import strategies as st

from recorder.reorder import FAR, HELD, LOST, WAIT_S, Ordered, Reorder


def named(out: Ordered) -> list[int | None]:
    return [None if one is LOST else int(bytes(one)) for one in out]


def push(reorder: Reorder, index: int, now: float = 0.0) -> list[int | None]:
    return named(reorder.push(index, str(index).encode(), now))


def test_packets_in_order_pass_at_once() -> None:
    reorder = Reorder()
    assert [push(reorder, n) for n in (7, 8, 9)] == [[7], [8], [9]]


def test_a_retransmission_fills_its_hole() -> None:
    reorder = Reorder()
    assert push(reorder, 1) == [1]
    assert push(reorder, 3) == []
    assert push(reorder, 4) == []
    assert push(reorder, 2, 0.4) == [2, 3, 4]


def test_duplicates_are_dropped() -> None:
    reorder = Reorder()
    push(reorder, 1)
    push(reorder, 3)
    assert push(reorder, 1) == []
    assert push(reorder, 3) == []
    assert push(reorder, 2) == [2, 3]
    assert push(reorder, 2) == []


def test_a_hole_counts_as_lost_after_the_wait() -> None:
    reorder = Reorder()
    push(reorder, 1, 10.0)
    push(reorder, 3, 10.1)
    assert named(reorder.expire(10.1 + WAIT_S - 0.01)) == []
    assert named(reorder.expire(10.1 + WAIT_S)) == [None, 3]
    assert push(reorder, 2, 11.0) == []
    assert push(reorder, 4, 11.0) == [4]


def test_each_hole_is_waited_for() -> None:
    reorder = Reorder()
    for index in (1, 3, 5):
        push(reorder, index, 10.0)
    assert named(reorder.expire(10.5)) == [None, 3]
    assert named(reorder.expire(10.9)) == []
    assert named(reorder.expire(11.0)) == [None, 5]


def test_no_more_than_its_bound_waits_behind_a_hole() -> None:
    reorder = Reorder()
    push(reorder, 0)
    for index in range(2, HELD + 2):
        assert push(reorder, index) == []
    assert push(reorder, HELD + 2)[:2] == [None, 2]


def test_a_far_number_begins_anew() -> None:
    reorder = Reorder()
    push(reorder, 1)
    push(reorder, 3)
    far = 3 + FAR + 1
    assert push(reorder, far) == [None, None, 3, None, far]
    assert push(reorder, far + 1) == [far + 1]


def test_draining_gives_what_is_held() -> None:
    reorder = Reorder()
    push(reorder, 1)
    push(reorder, 3)
    push(reorder, 4)
    assert named(reorder.drain()) == [None, 3, 4]
    assert push(reorder, 900) == [900]


@given(st.permutations(list(range(1, 30))), st.lists(st.integers(0, 28), max_size=10))
def test_any_order_comes_out_in_order_and_each_once(order: list[int], again: list[int]) -> None:
    reorder = Reorder()
    out = push(reorder, 0)
    for index in order:
        out += push(reorder, index)
    for place in again:
        out += push(reorder, order[place])
    assert out == list(range(30))
