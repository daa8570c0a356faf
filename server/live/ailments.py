"""What is wrong with the media just now, the worst first (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server.live.history import Point
from signaling.ids import LessonId

BUSY: Final = 0.85
"""Share of a core from which on a worker has too much; above it packets begin to wait."""
LATE: Final = 0.1
"""Seconds that its loop may be late: ten times what nothing may hold up a packet for."""
LOSSY: Final = 0.05
"""Share lost by one device from which on its lesson is told of."""
WAITING: Final = 16_000_000
"""Bytes waiting for the disk: a quarter of what stops the recording of pictures."""
LAST: Final = 3
"""Points, 15 s, over which load and loss are averaged: one peak is no trouble."""
MINUTE: Final = 12
"""Points for which something that was lost is told."""


class Ailment(StrEnum):
    """One kind of trouble; in the order of their weight."""

    WORKER_AWAY = "worker_away"
    RECORDER_AWAY = "recorder_away"
    TAP_FULL = "tap_full"
    """Media were not recorded: the recorder does not keep up."""
    WORKER_BUSY = "worker_busy"
    WORKER_LATE = "worker_late"
    UNSENT = "unsent"
    """Datagrams were dropped on our side."""
    DISK_BEHIND = "disk_behind"
    LESSON_LOSSY = "lesson_lossy"


@dataclass(frozen=True, kw_only=True)
class Found:
    """One trouble."""

    what: Ailment
    """Which."""
    worker: int | None = None
    """Number of the worker that has it."""
    lesson: LessonId | None = None
    """The lesson that has it."""
    amount: float = 0.0
    """How much: shares 0 to 1, seconds, datagrams, bytes, as the kind has it."""


@dataclass(frozen=True, kw_only=True)
class Patient:
    """One worker with its recorder."""

    number: int
    """Which."""
    worker: bool
    """Whether it answers."""
    recorder: bool
    """Whether that one does."""
    late_s: float
    """Longest delay of its loop."""
    disk_waiting: int
    """Bytes that wait for the disk."""
    points: Sequence[Point]
    """What it did."""


def ailments(
    workers: Sequence[Patient], lessons: Sequence[tuple[LessonId, Sequence[Point]]]
) -> list[Found]:
    """Everything that is wrong; nothing if all is well."""
    found = [one for worker in workers for one in _of_worker(worker)]
    for lesson, points in lessons:
        loss = _mean([point.loss for point in points[-LAST:]])
        if loss >= LOSSY:
            found.append(Found(what=Ailment.LESSON_LOSSY, lesson=lesson, amount=loss))
    order = list(Ailment)
    return sorted(found, key=lambda one: (order.index(one.what), -one.amount))


def _of_worker(worker: Patient) -> Iterator[Found]:
    amounts = {
        Ailment.WORKER_AWAY: 0.0 if worker.worker else 1.0,
        Ailment.RECORDER_AWAY: 0.0 if worker.recorder else 1.0,
        Ailment.TAP_FULL: sum(point.tap_full_s for point in worker.points[-MINUTE:]),
        Ailment.WORKER_BUSY: _from(BUSY, _mean([point.cpu for point in worker.points[-LAST:]])),
        Ailment.WORKER_LATE: _from(LATE, worker.late_s),
        Ailment.UNSENT: sum(point.unsent for point in worker.points[-MINUTE:]),
        Ailment.DISK_BEHIND: _from(WAITING, worker.disk_waiting),
    }
    for what, amount in amounts.items():
        if amount > 0:
            yield Found(what=what, worker=worker.number, amount=amount)


def _from(limit: float, amount: float) -> float:
    return amount if amount >= limit else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
