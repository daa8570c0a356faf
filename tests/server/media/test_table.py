"""The ring between pump and control half."""

from server.media.table import BEGINS, RING, Arrival, Ring


def arrival(number: int) -> Arrival:
    """An arrival told apart by its number."""
    return Arrival(1, 65_536 + number, number / 7, 1200, 20, number & 0xFFFF, number, BEGINS)


def test_what_was_noted_is_read_once() -> None:
    ring = Ring()
    ring.note(arrival(1))
    ring.note(arrival(2))
    assert list(ring.read()) == [arrival(1), arrival(2)]
    assert list(ring.read()) == []


def test_values_that_are_not_given_survive() -> None:
    ring = Ring()
    nothing = Arrival(-1, -1, 0.5, 60, 255, -1, 0, 0)
    ring.note(nothing)
    assert list(ring.read()) == [nothing]


def test_the_oldest_are_overwritten_and_counted() -> None:
    ring = Ring()
    for number in range(RING + 5):
        ring.note(arrival(number))
    assert list(ring.read()) == [arrival(number) for number in range(5, RING + 5)]
    assert ring.lost == 5
