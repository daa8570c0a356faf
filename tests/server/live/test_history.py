from server.live.history import EVERY, KEPT, History, Reading
from server.live.readings import Flow, Way
from signaling.ids import LessonId

ONE, TWO = LessonId("one"), LessonId("two")


def flow(up: int, down: int = 0, loss: float = 0.0, worst: float = 0.0) -> Flow:
    return Flow(up=Way(octets=up), down=Way(octets=down, loss=loss, worst=worst), peers=2)


def reading(
    number: int = 0, *, unsent: int = 0, tap_full_s: float = 0.0, **lessons: Flow
) -> Reading:
    return Reading(
        number=number,
        cpu=0.25,
        peers=3,
        unsent=unsent,
        tap_full_s=tap_full_s,
        flow=lessons.get("one", Flow()),
        lessons={LessonId(name): one for name, one in lessons.items()},
    )


def test_counters_become_rates() -> None:
    history = History()
    history.take([reading(one=flow(0, 0))], 100.0)
    history.take([reading(one=flow(1000, 4000, loss=0.1, worst=0.3), unsent=4)], 102.0)
    last, of_lesson = history.worker(0)[-1], history.lesson(ONE)[-1]
    assert (last.up_kbps, last.down_kbps, last.loss) == (4.0, 16.0, 0.1)
    assert (last.cpu, last.peers, last.unsent) == (0.25, 3, 4)
    assert (of_lesson.down_kbps, of_lesson.loss, of_lesson.peers) == (16.0, 0.3, 2)


def test_a_counter_that_began_anew_is_what_it_says() -> None:
    history = History()
    history.take([reading(one=flow(9000), unsent=9)], 0.0)
    history.take([reading(one=flow(1000), unsent=1)], 1.0)
    assert history.lesson(ONE)[-1].up_kbps == 8.0
    assert history.worker(0)[-1].unsent == 1


def test_what_the_tap_did_not_take_is_told_once() -> None:
    history = History()
    for full in (0.0, 1.5, 1.5):
        history.take([reading(tap_full_s=full)], 0.0)
    assert [point.tap_full_s for point in history.worker(0)] == [0.0, 1.5, 0.0]


def test_ten_minutes_are_kept_and_whoever_has_some_gets_the_rest() -> None:
    history = History()
    for step in range(KEPT + 30):
        history.take([reading(one=flow(step))], step * EVERY)
    assert len(history.worker(0)) == len(history.lesson(ONE)) == KEPT
    assert KEPT * EVERY == 600.0
    assert [point.n for point in history.lesson(ONE, history.newest - 2)] == [
        history.newest - 1,
        history.newest,
    ]
    assert history.worker(0, history.newest) == []


def test_an_ended_lesson_is_forgotten_and_one_that_moved_is_not() -> None:
    history = History()
    history.take([reading(0, one=flow(1), two=flow(2)), reading(1)], 0.0)
    history.take([reading(0), reading(1, one=flow(3))], 5.0)
    assert history.lessons == [ONE]
    assert len(history.lesson(ONE)) == 2
    assert history.lesson(TWO) == []
