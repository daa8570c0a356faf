from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from signaling.congestion.estimate import LEAST, MOST, START, Change, Estimate
from signaling.congestion.path_input import Line, PathInput, Probed
from signaling.congestion.probing import DURATION
from tests.support.records import NOTHING, steady

rates = st.floats(0, 1e9)
records = st.builds(
    PathInput,
    sent_octets=st.integers(0, 2**31),
    packets=st.integers(0, 2**16),
    octets=st.integers(0, 2**31),
    lost=st.integers(-4096, 4096),
    arrived=st.floats(-1e6, 1e6),
    least_delay=st.one_of(st.none(), st.floats(-1e6, 1e6)),
    line=st.just(Line()),
    round_trip=st.one_of(st.none(), st.floats(0, 1e4)),
    probed=st.one_of(
        st.none(),
        st.builds(
            Probed,
            cluster=st.just(1),
            packets=st.just(5),
            sent_rate=rates,
            arrived_rate=rates,
            seconds=st.floats(0, 1),
        ),
    ),
)


def run(estimate: Estimate, start: int, count: int, rate: float, loss: float = 0.0) -> None:
    for place in range(start, start + count):
        estimate.step(steady(place, rate, loss), place / 10)


def test_it_starts_in_the_middle_or_at_the_link_budget() -> None:
    assert Estimate(0.0).target == START
    assert Estimate(0.0, budget=250_000).target == 250_000


def test_it_rises_no_further_than_half_above_what_arrives() -> None:
    estimate = Estimate(0.0)
    run(estimate, 0, 1000, 400_000)
    assert 500_000 < estimate.bitrate < 620_000
    assert estimate.change is Change.RISING


def test_a_smaller_budget_holds_at_once() -> None:
    estimate = Estimate(0.0)
    run(estimate, 0, 100, 2_000_000)
    estimate.limit(300_000)
    run(estimate, 100, 100, 2_000_000)
    assert estimate.bitrate == 300_000


def test_a_probe_that_arrives_as_fast_as_it_went_is_believed() -> None:
    estimate = Estimate(0.0)
    probed = Probed(cluster=1, packets=5, sent_rate=2e6, arrived_rate=1.95e6, seconds=DURATION)
    estimate.step(steady(0, 400_000, probed=probed), 0.0)
    assert estimate.bitrate == 1.95e6


def test_a_probe_that_was_slowed_down_shows_a_little_less_than_the_path() -> None:
    estimate = Estimate(0.0)
    probed = Probed(cluster=1, packets=5, sent_rate=2e6, arrived_rate=1e6, seconds=DURATION)
    estimate.step(steady(0, 400_000, probed=probed), 0.0)
    assert estimate.bitrate == 0.9e6


def test_a_probe_lowers_nothing_and_a_few_packets_prove_nothing() -> None:
    estimate = Estimate(0.0)
    for packets, rate, seconds in ((5, 1e5, DURATION), (2, 5e6, DURATION), (5, 5e6, 0.001)):
        probed = Probed(
            cluster=1, packets=packets, sent_rate=rate, arrived_rate=rate, seconds=seconds
        )
        estimate.step(steady(0, 10_000, probed=probed), 0.0)
    assert estimate.bitrate <= START


def further(place: int, rate: float, extra: float) -> PathInput:
    record = steady(place, rate)
    assert record.least_delay is not None
    return replace(record, least_delay=record.least_delay + extra)


def test_a_path_that_became_longer_is_known_by_less_that_came_and_costs_nothing_more() -> None:
    estimate = Estimate(0.0)
    run(estimate, 0, 100, 1_000_000)
    for place in range(100, 110):
        estimate.step(further(place, 1_000_000, 0.12), place / 10)
    assert estimate.change is Change.DELAY
    assert estimate.target < 0.85 * 1_000_000
    place = 110
    while estimate.delays.queue > 0 and place < 130:
        estimate.step(further(place, 500_000, 0.12), place / 10)
        place += 1
    assert place < 122
    assert estimate.target >= 1_000_000
    for after in range(place, place + 30):
        estimate.step(further(after, 500_000, 0.12), after / 10)
    assert estimate.calm


def test_a_cut_path_goes_down_to_the_start_and_says_so() -> None:
    estimate = Estimate(0.0)
    run(estimate, 0, 300, 3_000_000)
    assert estimate.bitrate > 3_000_000
    for place in range(300, 500):
        estimate.step(NOTHING_HEARD, place / 10)
    assert estimate.silent
    assert estimate.bitrate == START
    run(estimate, 500, 1, 400_000)
    assert not estimate.silent


NOTHING_HEARD = PathInput(
    **{**{name: getattr(NOTHING, name) for name in NOTHING.__slots__}, "sent_octets": 500}
)


def test_a_path_on_which_nothing_is_sent_is_not_silent() -> None:
    estimate = Estimate(0.0)
    for place in range(100):
        estimate.step(NOTHING, place / 10)
    assert not estimate.silent
    assert estimate.bitrate == START


def test_great_loss_never_leaves_less_than_most_of_what_arrives() -> None:
    estimate = Estimate(0.0)
    run(estimate, 0, 100, 2_000_000)
    run(estimate, 100, 100, 1_000_000, loss=0.5)
    assert 0.85 * 1_000_000 <= estimate.bitrate < 2_000_000


@given(st.lists(records, max_size=40), st.floats(LEAST, 1e7))
def test_it_stays_within_its_bounds_whatever_comes(some: list[PathInput], budget: float) -> None:
    estimate = Estimate(0.0, budget)
    for place, record in enumerate(some):
        target = estimate.step(record, place / 10)
        assert LEAST <= target <= estimate.bitrate <= min(budget, MOST)
