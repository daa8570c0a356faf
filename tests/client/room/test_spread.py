import pytest

from client.room.spread import DEBT, LEAST, PACE, QUEUE, Spread

PACKET = 1000
TICK = 0.005


def leave(spread: Spread, seconds: float, start: float = 0.0) -> int:
    """Octets of pictures that leave in a time if there are always more."""
    octets, ticks = 0, round(seconds / TICK)
    for tick in range(ticks):
        now = start + tick * TICK
        while spread.may(now):
            spread.charge(PACKET, now)
            octets += PACKET
    return octets


def narrow(target: float) -> Spread:
    spread = Spread(0.0)
    spread.aim(target, 0.0)
    return spread


def test_where_the_way_is_not_narrow_nothing_waits() -> None:
    spread = Spread(0.0)
    for _ in range(1000):
        assert spread.may(0.0)
        spread.charge(PACKET, 0.0)
    spread.aim(500_000, 0.0)
    assert spread.may(0.0)
    spread.aim(None, 0.0)
    assert spread.may(0.0)


@pytest.mark.parametrize("target", [250_000, 500_000, 2_000_000])
def test_a_burst_leaves_faster_at_first_and_then_as_fast_as_the_way_is(target: float) -> None:
    spread, rate = narrow(target), target / 8
    first = leave(spread, 0.2)
    assert first == pytest.approx(PACE * rate * 0.2, abs=LEAST + 2 * PACKET)
    later = leave(spread, 10.0, 0.2)
    assert later == pytest.approx(rate * 10, abs=QUEUE * rate + 2 * PACKET)


def test_sound_and_repairs_make_pictures_wait_but_not_for_long() -> None:
    spread, rate = narrow(800_000), 100_000
    spread.charge(50 * PACKET, 0.0)
    assert not spread.may(0.0)
    assert not spread.may(0.05)
    assert spread.may((DEBT + QUEUE) * rate / rate + 0.1)
