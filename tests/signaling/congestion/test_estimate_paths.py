"""The estimate over simulated paths, with pacer, probes, and feedback as bytes."""

import math
from statistics import median

import pytest

from signaling.congestion.delay_trend import THRESHOLD
from tests.support.bottleneck import Bottleneck
from tests.support.streaming import Source, Streaming, elastic, layered

LAYERS = layered(100e3, 300e3, 700e3, 1.5e6, 2.5e6)
WANTED = 3.2e6


def streamed(link: Bottleneck, seconds: float, source: Source | None = None) -> Streaming:
    stream = Streaming(link, elastic(3e6) if source is None else source, WANTED, link.loss)
    stream.run(seconds)
    return stream


@pytest.mark.parametrize("source", [elastic(3e6), LAYERS], ids=["elastic", "layered"])
def test_a_fall_to_500_kbit_is_followed_and_its_end_noticed(source: Source) -> None:
    link = Bottleneck(4e6)
    stream = streamed(link, 20, source)
    link.change(20, 5e5)
    stream.run(60)
    assert link.wait_p95(20, 60) <= 0.25
    assert median(stream.targets(30, 60)) >= 0.75 * 5e5
    link.change(60, 4e6)
    stream.run(75)
    assert stream.first_above(2.5e6, 60) <= 12


@pytest.mark.parametrize("rate", [2e6, 1e6, 5e5, 2.5e5])
@pytest.mark.parametrize("queue", [0.2, 1.0])
def test_a_narrow_link_is_used_and_not_filled(rate: float, queue: float) -> None:
    link = Bottleneck(rate, queue=queue)
    streamed(link, 40)
    assert link.used(10, 40) >= 0.75 * rate
    assert link.wait_p95(10, 40) <= 0.25


@pytest.mark.parametrize("loss", [0.01, 0.02, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("since", [0, 15])
def test_loss_that_is_the_paths_own_does_not_starve(loss: float, since: int) -> None:
    link = Bottleneck(10e6, loss=0 if since else loss)
    stream = streamed(link, since)
    link.loss = loss
    stream.run(50)
    assert min(stream.targets(since + 5, 50)) >= 1.5e6


def test_bursts_of_loss_do_not_starve() -> None:
    stream = streamed(Bottleneck(10e6, loss=0.05, burst=10), 40)
    assert min(stream.targets(10, 40)) >= 1.5e6


@pytest.mark.parametrize(("delay", "jitter"), [(0.075, 0.03), (0.15, 0.06)])
def test_jitter_on_a_long_path_is_no_queue(delay: float, jitter: float) -> None:
    wide = streamed(Bottleneck(10e6, delay=delay, jitter=jitter), 40)
    assert min(wide.targets(15, 40)) >= 1.5e6


@pytest.mark.parametrize("rate", [1e6, 5e5, 2.5e5])
@pytest.mark.parametrize(("delay", "jitter"), [(0.075, 0.03), (0.15, 0.06)])
def test_a_narrow_link_that_jitters_is_used_and_not_filled(
    rate: float, delay: float, jitter: float
) -> None:
    for seed in range(10):
        link = Bottleneck(rate, delay=delay, jitter=jitter, seed=seed)
        streamed(link, 40)
        assert link.used(10, 40) >= 0.75 * rate
        assert link.wait_p95(10, 40) <= 0.25


def test_after_an_outage_the_rate_is_back_within_three_seconds() -> None:
    link = Bottleneck(4e6)
    stream = streamed(link, 20)
    link.change(20, 1)
    stream.run(35)
    link.change(35, 4e6)
    stream.run(40)
    assert stream.first_above(1.5e6, 35.2) <= 3


def slope_by_packets(came: list[tuple[float, float]]) -> float:
    """The slope of a line through the last twenty smoothed delays, as libwebrtc has it."""
    smoothed = 0.0
    points: list[tuple[float, float]] = []
    for arrival, delay in came:
        smoothed = 0.9 * smoothed + 0.1 * (delay - came[0][1])
        points.append((arrival, smoothed))
    x = [arrival for arrival, _ in points[-20:]]
    y = [delay for _, delay in points[-20:]]
    middle, height = sum(x) / len(x), sum(y) / len(y)
    spread = sum((each - middle) * (each - middle) for each in x)
    return math.fsum((a - middle) * (b - height) for a, b in zip(x, y, strict=True)) / spread


@pytest.mark.parametrize("rate", [5e5, 8e5, 1e6])
def test_records_notice_a_full_link_no_later_than_packets_would(rate: float) -> None:
    """Groups of 1.2 Mbit/s meet a smaller link: 100 ms records against a line per packet."""
    link = Bottleneck(4e6, queue=5)
    stream = streamed(link, 12, lambda _: 1.2e6)
    link.change(12, rate)
    stream.run(14)
    noticed = next(at for at, target, _ in stream.log if at > 12 and target < 0.95 * 1.25e6)
    came = [(at, wait) for at, wait in link.waits if at > 11]
    packet = next(
        at
        for place, (at, _) in enumerate(came)
        if at > 12 and place > 20 and slope_by_packets(came[: place + 1]) * 240 > THRESHOLD
    )
    # A packet's delay is known half a round trip and up to 100 ms of waiting for feedback later.
    assert noticed - packet <= 0.03 + 0.1 + 0.03 + 0.2
