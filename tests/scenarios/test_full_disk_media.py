"""A disk of 64 MB that is full in the middle of a recorded lesson, and has room again."""

import asyncio
from pathlib import Path

import pytest

from signaling.events import GapReason, RecordingStateSet
from signaling.messages import Told
from tests.support.served import served
from tests.support.taught import Taught, taught
from tests.support.tmpfs import small_disk

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("loopback")]

LIMITS = ("--stop-space-bytes", "4000000", "--resume-space-bytes", "6000000")
RESUMED_S = 5.0


async def test_a_full_disk_stops_the_recording_and_not_the_lesson(
    tmp_path: Path, clip: Path
) -> None:
    with small_disk(tmp_path / "disk", megabytes=64) as disk:
        async with served(disk.path / "data", *LIMITS) as server, taught(server, clip) as lesson:
            await asyncio.sleep(2)
            await asyncio.to_thread(disk.fill)
            since = lesson.now + lesson.zero
            await heard(lesson, on=False, reason="no_space")
            await asyncio.sleep(2)
            felt = lesson.witness.away(list(lesson.witness.arrivals), since)
            await asyncio.to_thread(disk.give_back)
            async with asyncio.timeout(RESUMED_S):
                await heard(lesson, on=True)
            await asyncio.sleep(2)
            manifest = await lesson.end()
            for track in manifest.tracks:
                assert GapReason.NO_SPACE in {gap.reason for gap in track.gaps}
                assert len(track.parts) > 1
                await lesson.played(track)
            journal = await lesson.journal()
    assert felt == dict.fromkeys(felt, 0.0)
    assert journal.sealed


async def heard(lesson: Taught, *, on: bool, reason: str | None = None) -> None:
    """Wait until the teacher is told that the lesson is kept, or is not."""

    def wanted(event: object) -> bool:
        return (
            isinstance(event, RecordingStateSet)
            and event.on is on
            and reason in (None, event.reason)
        )

    before = 0
    if on:  # the first time it went on does not count
        before = sum(isinstance(e, RecordingStateSet) and e.on for e in lesson.teacher.events)
    await lesson.teacher.until(
        lambda _: (
            True
            if sum(wanted(m.event) for m in lesson.teacher.heard if isinstance(m, Told)) > before
            else None
        )
    )
