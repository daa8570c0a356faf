"""A disk of 64 MB that is full in the middle of a recorded lesson, and has room again."""

import asyncio
import time
from pathlib import Path
from typing import Literal

import pytest

from signaling.events import GapReason, Mode, RecordingStateSet
from signaling.messages import Done, RaiseHand, SetMode, Told
from tests.support.faulty import Fault
from tests.support.served import served, stored_as_ended
from tests.support.taught import Taught, taught
from tests.support.tmpfs import small_disk

pytestmark = [pytest.mark.timed, pytest.mark.usefixtures("loopback")]

LIMITS = ("--stop-space-bytes", "4000000", "--resume-space-bytes", "6000000")
RESUMED_S = 5.0
UNDER_WAY_S = 0.2
"""How old what the worker gathers and the recorder sorts may be when it is written."""
CLOSED_S = 1.5
"""A microphone that was closed for so long goes on in a new part."""


@pytest.mark.parametrize(
    ("under", "before"),
    [
        ("recorder", "part"),
        ("recorder", "index"),
        ("recorder", "manifest"),
        ("journal", "journal"),
        ("database", "INSERT INTO person"),
    ],
)
async def test_a_full_disk_stops_the_recording_and_not_the_lesson(
    tmp_path: Path, clip: Path, under: Literal["journal", "database", "recorder"], before: str
) -> None:
    with small_disk(tmp_path / "disk", megabytes=64) as disk:
        fault = Fault(under=under, fills=disk.path, before=before)
        data = disk.path / "data"
        async with served(data, *LIMITS, fault=fault) as server, taught(server, clip) as lesson:
            await asyncio.sleep(2)
            since = time.monotonic()
            await asyncio.to_thread(disk.armed.touch)
            async with lesson.pupil("小明") as pupil:
                # Ends a part of a microphone, so that the manifest is written too.
                await lesson.teacher.ask(lambda n: SetMode(id=n, mode=Mode.LECTURE))
                await asyncio.sleep(CLOSED_S)
                await lesson.teacher.ask(lambda n: SetMode(id=n, mode=Mode.DISCUSSION))
                assert isinstance(await pupil.ask(lambda n: RaiseHand(id=n)), Done)
            await heard(lesson, on=False, reason="no_space")
            assert not await asyncio.to_thread(disk.armed.exists)
            await asyncio.sleep(1)
            pictures = [s for s in lesson.witness.arrivals if s.endswith("camera")]
            felt = lesson.witness.away(pictures, since)
            room = lesson.now
            await asyncio.to_thread(disk.give_back)
            async with asyncio.timeout(RESUMED_S):
                await heard(lesson, on=True)
            await asyncio.sleep(2)
            manifest = await lesson.end()
            await stored_as_ended(data)
            for track in manifest.tracks:
                assert GapReason.NO_SPACE in {gap.reason for gap in track.gaps}
                assert room - UNDER_WAY_S < track.parts[-1].start < room + RESUMED_S
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
