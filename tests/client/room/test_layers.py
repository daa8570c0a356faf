import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.room.layers import LAYERS, demand, layer_shape, lowered, spared, split
from client.room.rates import LEAST, MOST, Shape

EVERY = frozenset(LAYERS)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1280, 720), [(320, 180), (640, 360), (1280, 720)]),
        ((1920, 1080), [(320, 180), (640, 360), (1280, 720)]),
        ((640, 360), [(160, 90), (320, 180), (640, 360)]),
        ((638, 358), [(158, 88), (318, 178), (638, 358)]),
    ],
)
def test_layers_are_a_quarter_half_and_all_of_the_picture(
    size: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    shapes = [layer_shape(*size, rid) for rid in LAYERS]
    assert shapes == [Shape(width=w, height=h, rate=30) for w, h in expected]


WIDE = 4_000_000


@pytest.mark.parametrize(
    ("budget", "wanted", "watched", "sent", "shares"),
    [
        (WIDE, 1_500_000, "lmh", "", {"l": 150_000, "m": 350_000, "h": 1_500_000}),
        (WIDE, 1_500_000, "lh", "", {"l": 150_000, "h": 1_500_000}),
        (WIDE, 1_500_000, "", "lmh", {}),
        (WIDE, 300_000, "lmh", "", {"l": 150_000, "m": 300_000}),
        (1_500_000, 1_500_000, "lmh", "lmh", {"l": 150_000, "m": 350_000, "h": 1_000_000}),
        (1_150_000, 1_500_000, "lmh", "lmh", {"l": 150_000, "m": 350_000, "h": 650_000}),
        (1_150_000, 1_500_000, "lmh", "lm", {"l": 150_000, "m": 350_000}),
        (1_050_000, 1_500_000, "lmh", "lmh", {"l": 150_000, "m": 350_000}),
        (320_000, 1_500_000, "lmh", "lm", {"l": 150_000, "m": 170_000}),
        (320_000, 1_500_000, "lmh", "l", {"l": 150_000}),
        (100_000, 1_500_000, "lmh", "lmh", {"l": 100_000}),
        (1, 1_500_000, "lmh", "lmh", {"l": LEAST}),
        (900_000, 1_500_000, "lh", "lh", {"l": 150_000, "h": 750_000}),
        (700_000, 1_500_000, "lh", "lh", {"l": 150_000, "m": 350_000}),
        (320_000, 1_500_000, "lh", "lh", {"l": 150_000}),
    ],
)
def test_a_rate_is_split_from_the_lowest_layer_up(
    budget: int, wanted: int, watched: str, sent: str, shares: dict[str, int]
) -> None:
    assert list(split(budget, wanted, watched, sent).items()) == list(shares.items())


@given(
    st.integers(0, 10**7),
    st.integers(LEAST, MOST),
    st.frozensets(st.sampled_from("lmh")),
    st.frozensets(st.sampled_from("lmh")),
)
def test_no_split_exceeds_its_budget_or_sends_what_is_larger_than_anybody_watches(
    budget: int, wanted: int, watched: frozenset[str], sent: frozenset[str]
) -> None:
    shares = split(budget, wanted, watched, sent)
    assert sum(shares.values()) <= max(budget, LEAST)
    assert max(map("lmh".index, shares), default=0) <= max(map("lmh".index, watched), default=0)
    assert len(shares) <= len(watched)
    assert bool(shares) == bool(watched)
    assert all(LEAST <= rate <= LAYERS[rid].bits for rid, rate in shares.items())


def test_a_layer_does_not_come_and_go_with_a_rate_that_swings_a_little() -> None:
    sent = set(split(1_400_000, 1_500_000, EVERY, EVERY))
    changes = 0
    for budget in [1_110_000, 1_090_000] * 20:
        shares = set(split(budget, 1_500_000, EVERY, sent))
        changes += shares != sent
        sent = shares
    assert changes == 1


def test_the_demand_is_that_of_the_watched_layers() -> None:
    assert demand(1_500_000, "lmh") == 2_000_000
    assert demand(1_500_000, "l") == 150_000
    assert demand(300_000, "lmh") == 750_000
    assert demand(1_500_000, "") == 0


@pytest.mark.parametrize(
    ("layers", "less"),
    [("lmh", "lm"), ("lh", "lm"), ("mh", "m"), ("h", "m"), ("lm", "l"), ("m", "l"), ("l", "l")],
)
def test_for_the_highest_layer_the_next_lower_one_stands_in(layers: str, less: str) -> None:
    assert lowered(layers) == set(less)


@pytest.mark.parametrize(
    ("layers", "count", "left"),
    [
        ("lmh", 0, "lmh"),
        ("lmh", 1, "lm"),
        ("lh", 1, "lm"),
        ("lmh", 2, "l"),
        ("h", 2, "l"),
        ("l", 1, "l"),
        ("", 1, ""),
    ],
)
def test_layers_are_spared_from_the_highest_down(layers: str, count: int, left: str) -> None:
    assert spared(layers, count) == set(left)
