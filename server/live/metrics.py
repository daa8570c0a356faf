"""How the media stand as Prometheus metrics: each worker, and each running lesson by its id."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from server.live.metrics_served import served
from server.live.plane import Plane
from server.live.readings import Flow
from server.live.workers import Workers
from server.media.requests import Load

Flows = Sequence[tuple[tuple[str], Flow]]
Loaded = Callable[[Load], float]

COUNTERS: tuple[tuple[str, str, Loaded], ...] = (
    ("cpu_seconds", "CPU seconds of the media worker's process.", lambda load: load.cpu_s),
    ("received_packets", "RTP packets received and authenticated.", lambda load: load.received),
    (
        "forwarded_packets",
        "RTP packets sent to receivers, retransmissions included.",
        lambda load: load.forwarded,
    ),
    ("tapped_packets", "RTP packets handed to the recorder.", lambda load: load.tapped),
    ("dropped_datagrams", "Datagrams dropped for any reason.", lambda load: load.dropped),
    (
        "unsent_datagrams",
        "Datagrams that the kernel's full buffer did not take.",
        lambda load: load.unsent,
    ),
)
"""Of each worker, since its process began."""
GAUGES: tuple[tuple[str, str, Loaded], ...] = (
    ("peers", "Peers open at the media worker.", lambda load: load.peers),
    ("resident_bytes", "Resident memory of the worker's process.", lambda load: load.rss),
    ("loop_late_seconds", "Longest delay of its event loop of late.", lambda load: load.late_s),
    ("control_waiting", "Control datagrams that wait for their turn.", lambda load: load.waiting),
)
"""Of each worker, as it was measured last."""
STANDS: tuple[tuple[str, str, Callable[[Plane], float]], ...] = (
    ("up", "Whether the media worker answers.", lambda plane: plane.worker.ready),
    ("recorder_up", "Whether its recorder answers.", lambda plane: plane.recorder.ready),
    ("cpu_cores", "Share of a core that the worker uses.", lambda plane: plane.cpu),
    ("lessons", "Lessons that the worker has.", lambda plane: len(plane.readings.lessons)),
    ("loss_ratio", "Share of packets lost by all peers.", lambda plane: plane.readings.whole.loss),
    (
        "tap_waiting_bytes",
        "Bytes on the tap that the recorder has not read.",
        lambda plane: plane.tap_waiting,
    ),
    (
        "disk_waiting_bytes",
        "Bytes that the recorder has and the disk has not.",
        lambda plane: plane.readings.disk_waiting,
    ),
)
"""Of each worker and its recorder, as the server sees them."""


def exposition(workers: Workers) -> bytes:
    """All of it in Prometheus' text format 0.0.4."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Media(workers))
    return generate_latest(registry)


class _Media(Collector):
    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        planes = self._workers.planes
        yield from _measured(planes)
        for name, help_, value in STANDS:
            gauge = GaugeMetricFamily(f"tongke_worker_{name}", help_, labels=("worker",))
            for plane in planes:
                gauge.add_metric((str(plane.number),), float(value(plane)))
            yield gauge
        full = CounterMetricFamily(
            "tongke_worker_tap_full_seconds",
            "Seconds of sources that the recorder did not take.",
            labels=("worker",),
        )
        for plane in planes:
            full.add_metric((str(plane.number),), plane.readings.tap_full_s)
        yield full
        flows = [((str(plane.number),), plane.readings.whole) for plane in planes]
        yield from _traffic("tongke_worker", ("worker",), flows)
        lessons = [
            ((lesson,), flow) for plane in planes for lesson, flow in plane.readings.lessons.items()
        ]
        yield from _traffic("tongke_lesson", ("lesson",), lessons)
        yield from _lessons(lessons)
        yield from served(lessons)


def _measured(planes: Iterable[Plane]) -> Iterator[Metric]:
    loads = [(str(plane.number), plane.load) for plane in planes if plane.load is not None]
    for name, help_, value in COUNTERS:
        counter = CounterMetricFamily(f"tongke_worker_{name}", help_, labels=("worker",))
        for number, load in loads:
            counter.add_metric((number,), value(load))
        yield counter
    for name, help_, value in GAUGES:
        gauge = GaugeMetricFamily(f"tongke_worker_{name}", help_, labels=("worker",))
        for number, load in loads:
            gauge.add_metric((number,), value(load))
        yield gauge


def _traffic(prefix: str, labels: tuple[str, ...], flows: Flows) -> Iterator[Metric]:
    with_way = (*labels, "direction")
    octets = CounterMetricFamily(
        f"{prefix}_media_bytes", "RTP bytes of its peers.", labels=with_way
    )
    packets = CounterMetricFamily(
        f"{prefix}_media_packets", "RTP packets of its peers.", labels=with_way
    )
    for key, flow in flows:
        for name, way in (("up", flow.up), ("down", flow.down)):
            octets.add_metric((*key, name), way.octets)
            packets.add_metric((*key, name), way.packets)
    yield octets
    yield packets


def _lessons(flows: Flows) -> Iterator[Metric]:
    peers = GaugeMetricFamily("tongke_lesson_peers", "Its connected peers.", labels=("lesson",))
    loss = GaugeMetricFamily(
        "tongke_lesson_loss_ratio",
        "Share of packets lost by the peer that lost most.",
        labels=("lesson", "direction"),
    )
    for key, flow in flows:
        peers.add_metric(key, flow.peers)
        loss.add_metric((*key, "up"), flow.up.worst)
        loss.add_metric((*key, "down"), flow.down.worst)
    yield peers
    yield loss
