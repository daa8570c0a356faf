from pathlib import Path

import pytest

from recorder.requests import Gap, Notice
from recorder.space import Step
from server.live.moving import move_recording
from server.live.workers import make_workers
from signaling.events import GapReason
from signaling.ids import LessonId, SourceId
from tests.server.live.test_workers import SETTINGS

LESSON = LessonId("lesson")
GAP = Gap(
    lesson=LESSON,
    source=SourceId("p/camera"),
    start=3.0,
    end=4.0,
    reason=GapReason.WORKER_LOST,
)


@pytest.mark.parametrize(
    ("closes", "lives", "step"),
    [(True, True, "plenty"), (False, False, "plenty"), (False, True, None)],
    ids=["it lets go", "it is dead, too", "it does not let go"],
)
async def test_the_next_recorder_has_the_files_when_the_last_has_them_no_more(
    monkeypatch: pytest.MonkeyPatch, closes: bool, lives: bool, step: Step | None
) -> None:
    workers = make_workers(SETTINGS, 2)
    old, new = workers.planes
    said: list[tuple[str, float]] = []
    kept: list[Notice] = []

    async def close(lesson: LessonId, end: float) -> bool:
        said.append(("closed", end))
        for affected in old.recorded_by(GAP):
            affected.from_recorder(GAP)
        return closes

    async def open_(lesson: LessonId, folder: Path, zero: float) -> Step:
        said.append(("opened", zero))
        return "plenty"

    monkeypatch.setattr(old, "close_lesson", close)
    monkeypatch.setattr(new, "open_lesson", open_)
    if lives:
        old.recorder._ready.set()
    where = (Path("folder"), 100.0, 4.0)
    assert await move_recording(LESSON, (old, new), kept.append, *where) == step
    opened = [("opened", 100.0)] if step is not None else []
    assert said == [("closed", 4.0), *opened]
    assert kept == [GAP]
    assert old.everyone() == []
    workers.close()
