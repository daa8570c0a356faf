from dataclasses import replace

import pytest

from server.live.ailments import Ailment, Found, Patient, ailments
from server.live.history import Point
from signaling.ids import LessonId

CALM = Point(n=1, peers=3, up_kbps=1000.0, down_kbps=3000.0, loss=0.01, cpu=0.5)
WELL = Patient(
    number=1, worker=True, recorder=True, late_s=0.01, disk_waiting=100_000, points=[CALM] * 40
)
ONE, TWO = LessonId("one"), LessonId("two")


def test_nothing_is_wrong_with_those_that_are_well() -> None:
    assert ailments([WELL], [(ONE, [CALM] * 40)]) == []
    assert ailments([replace(WELL, points=[])], [(ONE, [])]) == []


@pytest.mark.parametrize(
    ("change", "what", "amount"),
    [
        ({"worker": False}, Ailment.WORKER_AWAY, 1.0),
        ({"recorder": False}, Ailment.RECORDER_AWAY, 1.0),
        ({"late_s": 0.3}, Ailment.WORKER_LATE, 0.3),
        ({"disk_waiting": 20_000_000}, Ailment.DISK_BEHIND, 20_000_000),
        ({"points": [CALM, replace(CALM, tap_full_s=1.5), CALM]}, Ailment.TAP_FULL, 1.5),
        ({"points": [CALM, replace(CALM, unsent=7), CALM]}, Ailment.UNSENT, 7),
        ({"points": [replace(CALM, cpu=0.9)] * 3}, Ailment.WORKER_BUSY, 0.9),
    ],
)
def test_each_trouble_of_a_worker_is_named(
    change: dict[str, object], what: Ailment, amount: float
) -> None:
    ill = replace(WELL, **change)  # type: ignore[arg-type]  # one field at a time
    (found,) = ailments([ill], [])
    assert found == Found(what=what, worker=1, amount=found.amount)
    assert found.amount == pytest.approx(amount)


def test_one_peak_is_no_trouble_and_a_loss_is_forgotten_after_a_minute() -> None:
    peak = [CALM, CALM, replace(CALM, cpu=1.0)]
    long_ago = [replace(CALM, unsent=3), *[CALM] * 12]
    assert ailments([replace(WELL, points=peak), replace(WELL, points=long_ago)], []) == []


def test_the_worst_comes_first_whoever_has_it() -> None:
    lossy = [replace(CALM, loss=0.1)] * 3
    worse = [replace(CALM, loss=0.2)] * 3
    found = ailments([WELL, replace(WELL, number=2, worker=False)], [(ONE, lossy), (TWO, worse)])
    assert [(one.what, one.worker or one.lesson) for one in found] == [
        (Ailment.WORKER_AWAY, 2),
        (Ailment.LESSON_LOSSY, TWO),
        (Ailment.LESSON_LOSSY, ONE),
    ]
