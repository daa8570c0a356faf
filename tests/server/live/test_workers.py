from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.live.plane import PlaneSettings
from server.live.workers import Workers, cores, make_workers
from server.media.requests import Load
from signaling.agreement import Candidate
from signaling.ids import LessonId
from tests.support.affected import Noted

SETTINGS = PlaneSettings(
    media_port=40_000, media_addresses=("127.0.0.1",), public_addresses=(), space="{}"
)
LESSONS = [LessonId(f"lesson {n}") for n in range(4)]


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = make_workers(SETTINGS, 2)
    yield made
    made.close()


def live(workers: Workers, *numbers: int) -> None:
    """Have these workers answer and no others; none runs in this process."""
    for plane in workers.planes:
        if plane.number in numbers:
            plane.worker._ready.set()
        else:
            plane.worker._ready.clear()


def load(cpu: float, port: int = 40_000) -> Load:
    return Load(
        id=1,
        announced=(Candidate(address="192.0.2.7", port=port),),
        peers=0,
        received=0,
        forwarded=0,
        tapped=0,
        dropped=0,
        unsent=0,
        waiting=0,
        late_s=0.0,
        cpu_s=cpu,
        rss=0,
    )


def test_each_worker_has_a_port_of_its_own_and_no_handle_is_given_twice(workers: Workers) -> None:
    listens = [
        [word for word in plane.worker._program.arguments if ":" in word]
        for plane in workers.planes
    ]
    assert listens == [["127.0.0.1:40000"], ["127.0.0.1:40001"]]
    given = [plane.new_handle() for plane in workers.planes for _ in range(50)]
    assert len(set(given)) == 100


def test_lessons_spread_and_stay_where_they_are(workers: Workers) -> None:
    live(workers, 0, 1)
    placed = [workers.place(lesson).number for lesson in LESSONS]
    assert placed == [0, 1, 0, 1]
    live(workers, 1)
    assert [workers.place(lesson).number for lesson in LESSONS] == placed


def test_a_lesson_whose_worker_has_died_goes_on_with_one_that_lives(workers: Workers) -> None:
    live(workers, 0, 1)
    assert workers.place(LESSONS[0]).number == 0
    live(workers, 1)
    assert workers.replace(LESSONS[0]).number == 1
    assert workers.place(LESSONS[0]).number == 1
    live(workers)
    assert workers.replace(LESSONS[0]).number == 1


def test_a_lesson_that_has_ended_is_placed_like_a_new_one(workers: Workers) -> None:
    live(workers, 0)
    assert workers.place(LESSONS[0]).number == 0
    workers.forget(LESSONS[0])
    live(workers, 1)
    assert workers.place(LESSONS[0]).number == 1


def test_a_drained_worker_keeps_its_lessons_and_gets_no_others(workers: Workers) -> None:
    live(workers, 0, 1)
    assert workers.place(LESSONS[0]).number == 0
    workers.drain(0)
    assert [workers.place(lesson).number for lesson in LESSONS] == [0, 1, 1, 1]
    assert (workers.having(0), workers.having(1)) == (1, 3)
    workers.keep(0)
    workers.forget(LESSONS[3])
    assert workers.place(LESSONS[3]).number == 0


def test_where_all_are_drained_lessons_are_taught_all_the_same(workers: Workers) -> None:
    live(workers, 0, 1)
    workers.drain(0)
    workers.drain(1)
    assert [workers.place(lesson).number for lesson in LESSONS[:2]] == [0, 1]


async def test_a_drained_worker_is_renewed_when_nothing_is_left_of_its_lessons(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(workers, 0, 1)
    plane, told = workers.planes[0], list[str]()
    lesson = LESSONS[0]

    async def ready(_: float) -> None:
        told.append(workers.duty(0))

    monkeypatch.setattr(plane, "renew", lambda: told.append("ends"))
    monkeypatch.setattr(plane, "until_ready", ready)
    workers.place(lesson)
    plane.join(lesson, Noted())
    workers.drain(0)
    await workers.renew_if_drained(plane, load(0.0))  # it has a lesson
    # The worker has died; its recorder still finishes the files of a lesson that is elsewhere.
    live(workers, 1)
    assert workers.replace(lesson).number == 1
    await workers.renew_if_drained(plane, load(0.0))
    plane.leave(lesson)
    await workers.renew_if_drained(plane, replace(load(0.0), peers=1))  # a device measures
    workers.keep(0)
    await workers.renew_if_drained(plane, load(0.0))  # it may stay
    assert told == []
    workers.drain(0)
    await workers.renew_if_drained(plane, load(0.0))
    assert told == ["ends", "renewing"]
    assert workers.duty(0) == "open"


async def test_the_measured_load_decides(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    live(workers, 0, 1)
    for plane, used in zip(workers.planes, (30.0, 10.0), strict=True):
        readings = iter([load(5.0), load(5.0 + used)])

        async def ask(*_: object, readings: Iterator[Load] = readings) -> Load:
            return next(readings)

        monkeypatch.setattr(plane.worker, "ask", ask)
        for _ in range(2):
            await plane.measure()
    busy, calm = workers.standings()
    assert busy.cpu > calm.cpu > 0
    assert workers.place(LESSONS[0]).number == 1


async def test_a_new_process_has_used_nothing_yet(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    plane = workers.planes[0]
    readings = iter([load(5.0), load(0.2)])

    async def ask(*_: object) -> Load:
        return next(readings)

    monkeypatch.setattr(plane.worker, "ask", ask)
    await plane.measure()
    await plane.measure()
    assert plane.cpu == 0.0


async def test_devices_are_told_of_every_workers_port(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for plane, port in zip(workers.planes, (40_000, 40_001), strict=True):

        async def ask(*_: object, port: int = port) -> Load:
            return load(0.0, port)

        monkeypatch.setattr(plane.worker, "ask", ask)
    assert [one.port for one in await workers.announced()] == [40_000, 40_001]


def test_a_core_is_there() -> None:
    assert cores() >= 1
