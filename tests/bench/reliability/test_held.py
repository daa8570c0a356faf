"""The relay's line: what goes in comes out in order, later, and less what is lost."""

import pytest

from bench.reliability.held import Held, Path


def passed(path: Path, count: int, every: float = 0.01) -> list[tuple[float, int]]:
    """When which of so many packets arrived, one sent at each step."""
    held, found = Held(1), []
    held.change(path)
    for number in range(count):
        held.take(number * every, number.to_bytes(4, "big"))
    while (at := held.due()) is not None:
        found += [(at, int.from_bytes(one, "big")) for one in held.arrived(at)]
    return found


def test_each_packet_takes_the_delay_and_no_longer() -> None:
    arrived = passed(Path(delay=0.03), 100)
    assert [number for _, number in arrived] == list(range(100))
    assert all(at == pytest.approx(number * 0.01 + 0.03) for at, number in arrived)


def test_jitter_keeps_the_order_and_its_limit() -> None:
    arrived = passed(Path(delay=0.03, jitter=0.05), 1000)
    late = [at - number * 0.01 - 0.03 for at, number in arrived]
    assert [number for _, number in arrived] == list(range(1000))
    assert min(late) >= 0.0
    assert 0.04 < max(late) <= 0.05 + 1e-9


def test_bursts_lose_their_share_in_tens() -> None:
    came = {number for _, number in passed(Path(loss=0.05, burst=10), 19_000, every=0.0)}
    lost = [number for number in range(19_000) if number not in came]
    assert len(lost) == pytest.approx(950, rel=0.3)
    begins = [number for number in lost if number - 1 in came]
    assert all({*range(begin, begin + 10)} <= {*lost} for begin in begins)


def test_what_is_under_way_when_the_line_is_cut_never_arrives() -> None:
    held = Held(1)
    held.change(Path(delay=1.0))
    held.take(0.0, b"before")
    held.change(Path(cut=True))
    held.take(0.5, b"during")
    held.change(Path(delay=1.0))
    held.take(1.0, b"after")
    assert list(held.arrived(9.0)) == [b"after"]


def test_a_line_that_gets_shorter_overtakes_nothing() -> None:
    held = Held(1)
    held.change(Path(delay=1.0))
    held.take(0.0, b"first")
    held.change(Path(delay=0.1))
    held.take(0.1, b"second")
    assert list(held.arrived(0.5)) == []
    assert list(held.arrived(1.0)) == [b"first", b"second"]
