"""A lesson's recording goes from one recorder to another: same folder, same tracks."""

from collections.abc import Callable
from pathlib import Path

from recorder import requests as recorder
from recorder.space import Step
from server.live.plane import Plane
from server.media import requests as media
from signaling.ids import LessonId

Keep = Callable[[recorder.Notice], None]


async def move_recording(
    lesson: LessonId, planes: tuple[Plane, Plane], keep: Keep, folder: Path, zero: float, end: float
) -> Step | None:
    """Have a lesson's files finished by the recorder that has them, then opened by the next.

    Never are two recorders at one folder: if the first lives and does not let go, the second is
    not asked.

    Args:
        lesson: which.
        planes: whose recorder has it, and whose shall have it.
        keep: what is told of the gaps that the first names last.
        folder: the lesson's folder.
        zero: CLOCK_MONOTONIC at lesson time 0.
        end: lesson time up to which the first keeps it.

    Returns:
        How the disk stands, or none if it is recorded no more.
    """
    old, new = planes
    old.join(lesson, _Leaving(keep))
    try:
        closed = await old.close_lesson(lesson, end)
    finally:
        old.leave(lesson)
    if not closed and old.recorder.ready:
        return None
    return await new.open_lesson(lesson, folder, zero)


class _Leaving:
    """A lesson that has gone and only wants to hear the last of its recording."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    def from_worker(self, notice: media.Notice) -> None:
        """Another worker has it."""

    def from_recorder(self, notice: recorder.Notice) -> None:
        """Gaps it names belong to the lesson."""
        if isinstance(notice, recorder.Gap):
            self._keep(notice)

    def worker_changed(self, alive: bool) -> None:
        """Another worker has it."""

    def recorder_changed(self, alive: bool) -> None:
        """Its death ends the wait for it."""
