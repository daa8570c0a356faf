"""What receivers are served, as Prometheus metrics: each lesson, and the weakest of its peers."""

from collections.abc import Iterator, Sequence
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from server.live.peer_names import rest_of_peer
from server.live.readings import Flow
from server.media.allocation import Served, Step
from server.media.publication import LAYERS
from signaling.ids import PeerId

WEAKEST: Final = 8
"""Peers of a lesson that stand there one by one: those whose path carries least. A class of sixty
would be sixty series of each metric, and each that comes back another."""
STEPS: Final = tuple(Step)
"""The ladder from below: a peer's step is its place here."""

Of = tuple[tuple[str, ...], list[Served]]


def served(flows: Sequence[tuple[tuple[str], Flow]]) -> Iterator[Metric]:
    """Of each lesson everybody together, and the weakest one by one."""
    yield from _measured("tongke_lesson", ("lesson",), [(key, _all(flow)) for key, flow in flows])
    yield _steps([(key, _all(flow)) for key, flow in flows])
    peers = [
        ((*key, rest_of_peer(peer)), [flow.served[peer]])
        for key, flow in flows
        for peer in weakest(flow)
    ]
    yield from _measured("tongke_peer", ("lesson", "peer"), peers)
    step = GaugeMetricFamily(
        "tongke_peer_step",
        "Its step of the ladder: 0 sound and stills, 1 low, 2 high.",
        labels=("lesson", "peer"),
    )
    for key, (one,) in peers:
        if one.step is not None:
            step.add_metric(key, STEPS.index(one.step))
    yield step


def weakest(flow: Flow) -> list[PeerId]:
    """The peers whose path is known to carry least, the weakest first; at most `WEAKEST`."""
    known = {peer: one.estimate for peer, one in flow.served.items() if one.estimate is not None}
    return sorted(known, key=lambda peer: (known[peer], peer))[:WEAKEST]


def _all(flow: Flow) -> list[Served]:
    return list(flow.served.values())


def _measured(prefix: str, labels: tuple[str, ...], each: Sequence[Of]) -> Iterator[Metric]:
    """What the weakest path carries, the longest queue, and how many pictures pass by layer."""
    estimate = GaugeMetricFamily(
        f"{prefix}_estimate_kbps", "What the path carries, the least of all.", labels=labels
    )
    queue = GaugeMetricFamily(
        f"{prefix}_path_queue_seconds", "What packets wait on the way, at most.", labels=labels
    )
    pictures = GaugeMetricFamily(
        f"{prefix}_pictures", "Moving pictures that pass, by layer.", labels=(*labels, "layer")
    )
    for key, all_ in each:
        known = [one.estimate for one in all_ if one.estimate is not None]
        if known:
            estimate.add_metric(key, min(known) / 1000)
        queue.add_metric(key, max((one.queue for one in all_), default=0.0))
        for layer in range(LAYERS):
            pictures.add_metric((*key, str(layer)), sum(one.layers.count(layer) for one in all_))
    yield from (estimate, queue, pictures)


def _steps(each: Sequence[Of]) -> Metric:
    receivers = GaugeMetricFamily(
        "tongke_lesson_receivers", "Receivers by step of the ladder.", labels=("lesson", "step")
    )
    for key, all_ in each:
        for step in STEPS:
            receivers.add_metric((*key, step.value), sum(one.step is step for one in all_))
    return receivers
