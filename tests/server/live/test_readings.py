from dataclasses import replace

from recorder.requests import Progress
from server.live.peer_names import worker_peer
from server.live.readings import Readings
from server.media.allocation import Served, Step
from server.media.requests import PeerReport, Reports, TapFull
from signaling.ids import LessonId, PeerId, SourceId

ONE, TWO = LessonId("one"), LessonId("two")


def up(lesson: LessonId, name: str, packets: int, loss: float = 0.0) -> PeerReport:
    peer = worker_peer(lesson, name, PeerId("u"))
    return PeerReport(
        peer=peer, way="up", rtt_ms=None, loss=loss, packets=packets, octets=100 * packets
    )


def down(lesson: LessonId, name: str, packets: int, loss: float = 0.0) -> PeerReport:
    peer = worker_peer(lesson, name, PeerId("d"))
    return PeerReport(
        peer=peer, way="down", rtt_ms=20.0, loss=loss, packets=packets, octets=100 * packets
    )


def test_traffic_adds_up_by_lesson_and_direction_and_loss_is_of_now() -> None:
    told = Readings()
    told.take(Reports(peers=(up(ONE, "a", 30, 0.2), down(ONE, "b", 10))), {ONE, TWO})
    told.take(
        Reports(peers=(up(ONE, "a", 20), down(ONE, "b", 30, 0.1), down(TWO, "c", 10))), {ONE, TWO}
    )
    one, two = told.lessons[ONE], told.lessons[TWO]
    assert (one.up.packets, one.up.octets, one.down.octets) == (50, 5000, 4000)
    assert (one.up.loss, one.loss, one.peers) == (0.0, 0.1, 2)
    assert (two.down.packets, two.peers) == (10, 1)
    assert (told.whole.down.packets, told.whole.peers) == (50, 3)


def test_a_worker_loses_by_packets_and_the_worst_peer_is_told_too() -> None:
    told = Readings()
    told.take(Reports(peers=(down(ONE, "a", 90), down(ONE, "b", 10, 0.5))), {ONE})
    assert told.lessons[ONE].loss == 0.05
    assert told.lessons[ONE].worst == 0.5


def test_a_lesson_of_which_nothing_comes_any_more_stands_still() -> None:
    told = Readings()
    told.take(Reports(peers=(down(ONE, "a", 10, 0.5),)), {ONE})
    told.take(Reports(peers=()), {ONE})
    flow = told.lessons[ONE]
    assert (flow.peers, flow.worst, flow.down.packets) == (0, 0.0, 10)


def test_a_lesson_that_the_pair_has_not_is_not_told_of() -> None:
    told = Readings()
    told.take(Reports(peers=(up(ONE, "a", 10),)), {TWO})
    assert told.lessons == {}
    assert told.whole.up.packets == 10


def test_a_dead_worker_passes_nothing_and_what_it_passed_stays_counted() -> None:
    told = Readings()
    told.take(Reports(peers=(up(ONE, "a", 10, 0.3),)), {ONE})
    told.worker_lost()
    assert (told.whole.peers, told.whole.worst) == (0, 0.0)
    assert (told.lessons[ONE].worst, told.lessons[ONE].up.packets) == (0.0, 10)


def test_what_the_recorder_does_not_take_and_the_disk_does_not_is_told() -> None:
    told = Readings()
    told.take(TapFull(source=SourceId("p/camera"), start=2.0, end=3.5), set())
    told.take(Progress(lesson=ONE, sources=(), free_space=0.5, waiting=7), set())
    assert (told.tap_full_s, told.disk_waiting) == (1.5, 7)
    told.recorder_lost()
    assert told.disk_waiting == 0


def test_what_receivers_are_served_is_known_by_lesson_and_forgotten_with_them() -> None:
    told, served = Readings(), Served(estimate=500_000, step=Step.LOW, layers=(0,))
    reports = (up(ONE, "a", 10), replace(down(ONE, "b", 10), served=served), down(TWO, "c", 1))
    told.take(Reports(peers=reports), {ONE, TWO})
    assert told.lessons[ONE].served == {worker_peer(ONE, "b", PeerId("d")): served}
    assert told.lessons[TWO].served == {}
    assert told.lessons[TWO].weakest is None
    told.worker_lost()
    assert told.lessons[ONE].served == {}


def test_the_weakest_receiver_is_the_one_whose_path_carries_least_of_those_known() -> None:
    told = Readings()
    each = [Served(estimate=estimate) for estimate in (500_000, None, 200_000, 900_000)]
    peers = [replace(down(ONE, f"d{n}", 1), served=served) for n, served in enumerate(each)]
    told.take(Reports(peers=tuple(peers)), {ONE})
    assert told.lessons[ONE].weakest == Served(estimate=200_000)
