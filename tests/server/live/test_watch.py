import asyncio
from collections.abc import Iterator

import pytest

from server.live.ailments import Ailment
from server.live.peer_names import worker_peer
from server.live.plane import PlaneSettings
from server.live.watch import Watch
from server.live.workers import Workers, make_workers
from server.media.requests import Load, PeerReport, Reports
from signaling.ids import LessonId, PeerId

SETTINGS = PlaneSettings(media_port=0, media_addresses=(), public_addresses=(), space="{}")
LESSON = LessonId("one")
IDLE = Load(
    id=1,
    announced=(),
    peers=0,
    received=0,
    forwarded=0,
    tapped=0,
    dropped=0,
    unsent=0,
    waiting=0,
    late_s=0.0,
    cpu_s=0.0,
    rss=0,
)


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = make_workers(SETTINGS, 1)
    made.planes[0].worker._ready.set()
    made.planes[0].recorder._ready.set()
    yield made
    made.close()


def test_what_is_seen_is_remembered_and_judged(workers: Workers) -> None:
    watch, plane = Watch(workers), workers.planes[0]
    peer = worker_peer(LESSON, "device", PeerId("p"))
    report = PeerReport(peer=peer, way="down", rtt_ms=9.0, loss=0.2, packets=10, octets=5000)
    watch.look(100.0)
    assert watch.wrong() == []
    plane.readings.take(Reports(peers=(report,)), {LESSON})
    watch.look(104.0)
    (point,) = watch.history.lesson(LESSON)
    assert (point.n, point.down_kbps, point.loss) == (2, 10.0, 0.2)
    (found,) = watch.wrong()
    assert (found.what, found.lesson) == (Ailment.LESSON_LOSSY, LESSON)


def test_a_dead_recorder_is_told_at_once(workers: Workers) -> None:
    watch = Watch(workers)
    workers.planes[0].recorder._ready.clear()
    assert [(one.what, one.worker) for one in watch.wrong()] == [(Ailment.RECORDER_AWAY, 0)]


async def test_a_pair_that_is_replaced_on_purpose_is_no_trouble_and_a_dead_one_is(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, plane, told = Watch(workers), workers.planes[0], list[list[Ailment]]()

    async def looked_at(_: float) -> None:
        told.append([one.what for one in watch.wrong()])

    def away() -> None:
        plane.worker._ready.clear()
        plane.recorder._ready.clear()

    monkeypatch.setattr(plane, "renew", away)
    monkeypatch.setattr(plane, "until_ready", looked_at)
    workers.drain(0)
    await workers.renew_if_drained(plane, IDLE)
    assert told == [[]]
    workers.drain(0)
    assert [one.what for one in watch.wrong()] == [Ailment.WORKER_AWAY, Ailment.RECORDER_AWAY]


async def test_it_looks_again_and_again(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.live.watch.EVERY", 0.0)
    watch = Watch(workers)
    task = asyncio.create_task(watch.run())
    for _ in range(3):
        await asyncio.sleep(0)
    assert watch.history.newest > 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
