from collections.abc import Iterable, Iterator

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from server.live.metrics import exposition
from server.live.peer_names import worker_peer
from server.live.plane import PlaneSettings
from server.live.workers import Workers, make_workers
from server.media.requests import Load, PeerReport, Reports
from signaling.ids import LessonId, PeerId

SETTINGS = PlaneSettings(media_port=0, media_addresses=(), public_addresses=(), space="{}")
LESSON = LessonId("one")
LABELS = ("worker", "lesson", "direction")
LOAD = Load(
    id=1,
    announced=(),
    peers=3,
    received=10,
    forwarded=20,
    tapped=9,
    dropped=5,
    unsent=4,
    waiting=2,
    late_s=0.02,
    cpu_s=7.5,
    rss=1000,
)


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = make_workers(SETTINGS, 2)
    yield made
    made.close()


def read(workers: Workers) -> dict[tuple[str, ...], float]:
    """Each sample by its name and its labels, as Prometheus itself would read it."""
    families: Iterable[Metric] = text_string_to_metric_families(exposition(workers).decode())
    return {
        (sample.name, *(sample.labels[one] for one in LABELS if one in sample.labels)): sample.value
        for family in families
        for sample in family.samples
    }


def test_every_worker_stands_there_with_its_load(workers: Workers) -> None:
    workers.planes[1].load = LOAD
    workers.planes[1].cpu = 0.25
    workers.planes[1].worker._ready.set()
    found = read(workers)
    assert found["tongke_worker_up", "0"] == 0.0
    assert found["tongke_worker_up", "1"] == 1.0
    assert found["tongke_worker_recorder_up", "1"] == 0.0
    # Of a worker that was never measured nothing is invented.
    assert ("tongke_worker_cpu_seconds_total", "0") not in found
    for name, value in {
        "cpu_seconds_total": 7.5,
        "cpu_cores": 0.25,
        "peers": 3,
        "received_packets_total": 10,
        "forwarded_packets_total": 20,
        "tapped_packets_total": 9,
        "dropped_datagrams_total": 5,
        "unsent_datagrams_total": 4,
        "control_waiting": 2,
        "loop_late_seconds": 0.02,
        "resident_bytes": 1000,
        "tap_waiting_bytes": 0,
        "disk_waiting_bytes": 0,
        "tap_full_seconds_total": 0,
    }.items():
        assert found[f"tongke_worker_{name}", "1"] == value, name


def test_a_lesson_stands_there_by_its_id_alone_while_a_worker_has_it(workers: Workers) -> None:
    plane = workers.planes[0]
    names = [worker_peer(LESSON, "device", PeerId(way)) for way in ("up", "down")]
    report = Reports(
        peers=(
            PeerReport(peer=names[0], way="up", rtt_ms=None, loss=0.5, packets=10, octets=1000),
            PeerReport(peer=names[1], way="down", rtt_ms=9.0, loss=0.0, packets=20, octets=2000),
        )
    )
    plane.readings.take(report, {LESSON})
    found = read(workers)
    assert found["tongke_worker_lessons", "0"] == 1
    assert found["tongke_worker_loss_ratio", "0"] == 0.5
    assert found["tongke_worker_media_bytes_total", "0", "down"] == 2000
    assert found["tongke_lesson_media_bytes_total", "one", "up"] == 1000
    assert found["tongke_lesson_media_packets_total", "one", "down"] == 20
    assert found["tongke_lesson_loss_ratio", "one", "up"] == 0.5
    assert found["tongke_lesson_peers", "one"] == 2
    plane.readings.forget(LESSON)
    assert not [key for key in read(workers) if key[0].startswith("tongke_lesson")]
