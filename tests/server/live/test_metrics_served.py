from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from server.live.metrics_served import WEAKEST, served, weakest
from server.live.peer_names import worker_peer
from server.live.readings import Flow
from server.media.allocation import Served, Step
from signaling.ids import LessonId, PeerId

LESSON = LessonId("one")
LABELS = ("lesson", "peer", "layer", "step")


def peer(device: str) -> PeerId:
    return worker_peer(LESSON, device, PeerId("d"))


def read(receivers: Mapping[PeerId, Served]) -> dict[tuple[str, ...], float]:
    """Each sample by its name and its labels' values, as Prometheus itself would read it."""

    class One(Collector):
        def collect(self) -> Iterable[Metric]:
            return served([((LESSON,), Flow(served=dict(receivers)))])

    registry = CollectorRegistry(auto_describe=False)
    registry.register(One())
    families: Iterable[Metric] = text_string_to_metric_families(generate_latest(registry).decode())
    return {
        (
            sample.name.removeprefix("tongke_"),
            *(sample.labels[one] for one in LABELS if one in sample.labels),
        ): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_lesson_tells_of_its_weakest_path_and_of_everybodys_pictures_and_steps() -> None:
    found = read(
        {
            peer("town"): Served(estimate=4_000_000, step=Step.HIGH, layers=(2, 2, 0)),
            peer("village"): Served(estimate=300_000, queue=0.15, step=Step.LOW, layers=(0,)),
            peer("new"): Served(),
        }
    )
    assert found["lesson_estimate_kbps", "one"] == 300
    assert found["lesson_path_queue_seconds", "one"] == 0.15
    assert [found["lesson_pictures", "one", str(layer)] for layer in range(3)] == [2, 0, 2]
    steps = [found["lesson_receivers", "one", step] for step in ("stills", "low", "high")]
    assert steps == [0, 1, 1]


def test_each_weak_peer_stands_there_by_names_that_tell_of_nobody() -> None:
    found = read(
        {
            peer("village"): Served(estimate=300_000, queue=0.15, step=Step.LOW, layers=(0,)),
            peer("unseen"): Served(estimate=500_000),
            peer("new"): Served(step=Step.HIGH),
        }
    )
    assert found["peer_estimate_kbps", "one", "village:d"] == 300
    assert found["peer_path_queue_seconds", "one", "village:d"] == 0.15
    assert found["peer_step", "one", "village:d"] == 1
    assert found["peer_pictures", "one", "village:d", "0"] == 1
    assert ("peer_step", "one", "unseen:d") not in found
    assert not [key for key in found if "new:d" in key]


def test_of_a_lesson_of_whose_paths_nothing_is_known_nothing_is_invented() -> None:
    found = read({peer("new"): Served(layers=(1,))})
    assert ("lesson_estimate_kbps", "one") not in found
    assert found["lesson_pictures", "one", "1"] == 1


def test_a_class_that_sits_at_home_is_few_series() -> None:
    class_ = {peer(f"p{n}"): Served(estimate=(60 - n) * 10_000, step=Step.LOW) for n in range(60)}
    assert weakest(Flow(served=class_)) == [peer(f"p{n}") for n in range(59, 59 - WEAKEST, -1)]
    assert sum(key[0] == "peer_step" for key in read(class_)) == WEAKEST
