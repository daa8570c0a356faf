from itertools import count

from server.access.turned_away import HOUR, MINUTE, MOST_COUNTED, TurnedAways

MOST = 3


def counting() -> TurnedAways:
    numbers = count()
    return TurnedAways(MOST, lambda: str(next(numbers)))


def test_repeats_within_a_minute_are_one_line() -> None:
    counter, key = counting(), ("wang", "10.0.0.8")
    lines = [counter.count(key, now) for now in (0.0, 1.0, MINUTE - 1, MINUTE)]
    assert [(line.id, line.times) for line in lines if line] == [
        ("0", 1),
        ("0", 2),
        ("0", 3),
        ("1", 1),
    ]


def test_other_names_and_addresses_are_other_lines() -> None:
    counter = counting()
    lines = [counter.count(key, 0.0) for key in (("wang", "a"), ("wang", "b"), ("li", "a"))]
    assert [line.id for line in lines if line] == ["0", "1", "2"]


def test_above_so_many_an_hour_all_is_one_line_of_nobody() -> None:
    counter = counting()
    for number in range(MOST):
        counter.count((str(number),), 0.0)
    lines = [counter.count((str(number),), 70.0) for number in range(100, 150)]
    assert {(line.id, line.rest) for line in lines if line} == {("3", True)}
    assert [line.times for line in lines if line] == list(range(1, 51))
    after = counter.count(("0",), HOUR)
    assert after is not None
    assert not after.rest


def test_a_full_line_is_written_no_more() -> None:
    counter = counting()
    lines = [counter.count(("wang",), 0.0) for _ in range(MOST_COUNTED + 5)]
    assert lines[MOST_COUNTED - 1] is not None
    assert lines[MOST_COUNTED:] == [None] * 5


def test_no_guesser_fills_the_memory_or_the_log() -> None:
    counter, ids = counting(), set[str]()
    for second in range(3 * int(HOUR)):
        line = counter.count((str(second),), float(second))
        ids |= {line.id} if line else set()
        assert len(counter) <= MOST + 1
    assert len(ids) <= 3 * (MOST + 1)
