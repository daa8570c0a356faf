import pytest

from bench.counting import Got, Sent, matched, tally


def stream(count: int) -> Sent:
    """Packets every 10 ms from second 1000 on."""
    sent = Sent()
    for place in range(count):
        sent.note(place.to_bytes(4, "big"), 1000 + place * 0.01)
    return sent


def received(places: list[int], shift: int, late: float = 0.002) -> Got:
    got = Got(shift=shift)
    for place in places:
        got.sequences.append((place + shift) & 0xFFFF)
        got.times.append(1000 + place * 0.01 + late)
    return got


def test_delays_are_from_sending_to_arriving() -> None:
    places, delays = matched(stream(100), received([3, 4, 6, 5], 65_534))
    assert list(places) == [3, 4, 6, 5]
    assert list(delays) == pytest.approx([0.002] * 4)


def test_sequence_numbers_are_followed_over_several_laps() -> None:
    wanted = list(range(70_000, 140_000, 1000))
    places, _ = matched(stream(140_000), received(wanted, 9))
    assert list(places) == wanted


def test_only_the_window_counts_and_nothing_twice() -> None:
    sent = stream(1000)
    whole, twice = received(list(range(1000)), 5), received([100, 100, 101], 6)
    expected, count, delays = tally(sent, [whole, twice], 1001.0, 1002.0)
    assert expected == 200
    assert count == 102
    assert len(delays) == 103


def test_a_receiver_that_got_nothing_lost_everything() -> None:
    assert tally(stream(10), [Got()], 1000.0, 1001.0)[:2] == (10, 0)
