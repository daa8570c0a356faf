"""A disk of 64 MB that is full in the middle of a recorded lesson, and has room again."""

import asyncio
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from recorder.manifest import Track
from signaling.events import GapReason, Mode, RecordingStateSet
from signaling.messages import Done, RaiseHand, SetMode, Told
from tests.support.faulty import Fault
from tests.support.served import served, stored_as_ended
from tests.support.taught import Taught, taught
from tests.support.tmpfs import SmallDisk, small_disk

pytestmark = [pytest.mark.timed, pytest.mark.usefixtures("loopback")]

LIMITS = ("--stop-space-bytes", "4000000", "--resume-space-bytes", "6000000")
RESUMED_S = 5.0
UNDER_WAY_S = 0.2
"""How old what the worker gathers and the recorder sorts may be when it is written."""
CLOSED_S = 1.5
"""A microphone that was closed for so long goes on in a new part."""
RECORDED = ("part", "index", "manifest")
STORED = ("journal", "INSERT INTO person")
"""Before each of which a disk is full for once: to a file, or to the database."""


class Full(NamedTuple):
    """When a disk was full, in lesson time."""

    armed: float
    """It was, some time after."""
    room: float
    """And not any more."""


async def test_a_full_disk_stops_the_recording_and_not_the_lesson(
    tmp_path: Path, clip: Path
) -> None:
    # Two schools, each with a server and a disk of its own.
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(school(tmp_path / "recorded", clip, RECORDED))
        tasks.create_task(school(tmp_path / "stored", clip, STORED))


async def school(folder: Path, clip: Path, writes: Sequence[str]) -> None:
    """A lesson on a disk that is full before one write after another."""
    with small_disk(folder / "disk", megabytes=64) as disk:
        data = disk.path / "data"
        async with (
            served(data, *LIMITS, fault=Fault(fills=disk.path)) as server,
            taught(server, clip) as lesson,
        ):
            await asyncio.sleep(2)
            full = [await filled(lesson, disk, write) for write in writes]
            manifest = await lesson.end()
            ended = Full(lesson.now, lesson.now)
            await stored_as_ended(data)
            for track in manifest.tracks:
                for one, following in pairwise((*full, ended)):
                    assert resumed(track, one, before=following.armed), (track, full)
                await lesson.played(track)
            journal = await lesson.journal()
    assert journal.sealed


async def filled(lesson: Taught, disk: SmallDisk, write: str) -> Full:
    """Let the disk be full before a write, and have room again; nobody's picture halts for it."""
    since, armed, before = time.monotonic(), lesson.now, len(lesson.teacher.heard)
    await asyncio.to_thread(disk.arm, write)
    async with lesson.pupil(f"before {write}") as pupil:  # a person of its own
        # Ends a part of a microphone, so that the manifest is written too.
        await lesson.teacher.ask(lambda n: SetMode(id=n, mode=Mode.LECTURE))
        await asyncio.sleep(CLOSED_S)
        await lesson.teacher.ask(lambda n: SetMode(id=n, mode=Mode.DISCUSSION))
        assert isinstance(await pupil.ask(lambda n: RaiseHand(id=n)), Done)
    await told(lesson, before, on=False, reason="no_space")
    assert not await asyncio.to_thread(disk.armed.exists)
    await asyncio.sleep(1)
    pictures = [s for s in lesson.witness.arrivals if s.endswith("camera")]
    felt = lesson.witness.away(pictures, since)
    assert felt == dict.fromkeys(felt, 0.0), write
    room, before = lesson.now, len(lesson.teacher.heard)
    await asyncio.to_thread(disk.give_back)
    async with asyncio.timeout(RESUMED_S):
        await told(lesson, before, on=True)
    await asyncio.sleep(2)
    return Full(armed, room)


async def told(lesson: Taught, before: int, *, on: bool, reason: str | None = None) -> None:
    """Wait until the teacher hears, as not `before`, that the lesson is kept, or is not."""

    def wanted(event: object) -> bool:
        return (
            isinstance(event, RecordingStateSet)
            and event.on is on
            and reason in (None, event.reason)
        )

    def heard() -> bool:
        after = lesson.teacher.heard[before:]
        return any(wanted(one.event) for one in after if isinstance(one, Told))

    await lesson.teacher.until(lambda _: True if heard() else None)


def resumed(track: Track, full: Full, before: float) -> bool:
    """Whether a track has a named gap while the disk was full, and goes on when it is not."""
    named = [gap for gap in track.gaps if gap.reason is GapReason.NO_SPACE]
    begins = min(before, full.room + RESUMED_S)
    return any(gap.end > full.armed and gap.start < full.room for gap in named) and any(
        full.room - UNDER_WAY_S < part.start < begins for part in track.parts
    )
