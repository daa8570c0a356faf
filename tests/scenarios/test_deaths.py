"""`kill -9` of each process in one lesson; media return, little is lost, the record is right."""

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from recorder.manifest import Manifest
from signaling.events import GapReason, RecordingGap
from signaling.ids import SourceId
from signaling.journal import Journal
from signaling.messages import Told
from tests.support.caller import called
from tests.support.served import Served, served
from tests.support.taught import SOURCES, Taught, taught

pytestmark = [pytest.mark.timed, pytest.mark.usefixtures("loopback")]

BACK_S = 3.0
LOST_S = 1.0
SEEN_S = 2.5
"""Between two deaths, so that there is something to lose."""


async def test_a_dead_worker_costs_three_seconds(tmp_path: Path, clip: Path) -> None:
    async with served(tmp_path) as server, taught(server, clip) as lesson:
        await asyncio.sleep(SEEN_S)
        killed = await kill(server, "server.media.worker")
        back = await lesson.back(killed, BACK_S)
        await asyncio.sleep(1)
        manifest = await lesson.end()
        await stands(lesson, manifest, Death(killed, killed, GapReason.WORKER_LOST))
    assert len(back) == SOURCES
    assert max(back.values()) <= BACK_S, back


async def test_a_dead_worker_takes_its_own_lesson_to_another_and_touches_no_other(
    tmp_path: Path, clip: Path
) -> None:
    async with (
        served(tmp_path, workers=2) as server,
        taught(server, clip) as one,
        taught(server, clip) as other,
    ):
        await asyncio.sleep(SEEN_S)
        killed = await kill(server, "server.media.worker")
        seen = await asyncio.gather(*(each.back(killed, BACK_S) for each in (one, other)))
        await asyncio.sleep(1)
        ended = [await each.end() for each in (one, other)]
        told = [
            {gap.reason for gap in gaps(await each.journal()) if gap.start > SEEN_S}
            for each in (one, other)
        ]
        # Who had the worker, the journals say: a class may be back before anybody misses it.
        hit = told.index({GapReason.WORKER_LOST})
        await stands((one, other)[hit], ended[hit], Death(killed, killed, GapReason.WORKER_LOST))
    back, nothing = seen[hit], seen[1 - hit]
    assert len(back) == len(nothing) == SOURCES
    assert max(back.values()) <= BACK_S, back
    assert nothing == dict.fromkeys(nothing, 0.0)
    assert {len(track.parts) for track in ended[1 - hit].tracks} == {1}
    assert told[1 - hit] == set()


async def test_a_dead_recorder_is_seen_by_nobody_and_costs_a_second_of_the_record(
    tmp_path: Path, clip: Path
) -> None:
    async with served(tmp_path) as server, taught(server, clip) as lesson:
        await asyncio.sleep(SEEN_S)
        killed = await kill(server, "recorder.process")
        back = await lesson.back(killed, BACK_S)
        manifest = await lesson.end()
        await stands(lesson, manifest, Death(killed, killed, GapReason.RECORDER_LOST))
    assert back == dict.fromkeys(back, 0.0)


async def test_a_recorder_that_dies_as_the_lesson_ends_costs_the_last_second(
    tmp_path: Path, clip: Path
) -> None:
    async with served(tmp_path) as server, taught(server, clip) as lesson:
        await asyncio.sleep(SEEN_S)
        killed = await kill(server, "recorder.process")
        manifest = await lesson.end()
        at = killed - lesson.zero
        for track in manifest.tracks:
            await lesson.played(track)
            assert track.parts[-1].end >= at - LOST_S
            assert all(gap.reason is GapReason.RECORDER_LOST for gap in track.gaps if gap.end > at)
        assert (await lesson.journal()).sealed
    assert len(manifest.tracks) == SOURCES


async def test_a_dead_server_costs_three_seconds_from_where_it_answers_again(
    tmp_path: Path, clip: Path
) -> None:
    async with served(tmp_path) as server, taught(server, clip) as lesson:
        await asyncio.sleep(SEEN_S)
        port = int(server.base.rpartition(":")[2])
        told = [one.n for one in lesson.teacher.heard if isinstance(one, Told)]
        killed = time.monotonic()
        await server.kill()
        async with served(tmp_path, port=port) as again:
            accepts = time.monotonic()
            resume = lesson.teacher.resume()
            async with called(again.base, lesson.teacher_token, resume=resume) as teacher:
                lesson.server, lesson.teacher = again, teacher
                back = await lesson.back(accepts, BACK_S)
                await asyncio.sleep(1)
                manifest = await lesson.end()
                await stands(lesson, manifest, Death(killed, accepts, GapReason.SERVER_LOST))
                assert set(told) <= {line.n for line in (await lesson.journal()).lines}
    assert told
    assert len(back) == SOURCES
    assert max(back.values()) <= BACK_S, back


def gaps(journal: Journal) -> list[RecordingGap]:
    """The gaps that a lesson tells of."""
    return [line.event for line in journal.lines if isinstance(line.event, RecordingGap)]


async def kill(server: Served, module: str) -> float:
    """End a child without a word; when."""
    pid = await asyncio.to_thread(server.child, module)
    now = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    return now


class Death(NamedTuple):
    """Of one process; monotonic seconds."""

    killed: float
    """When it came."""
    counts: float
    """From when on media must be back in time."""
    reason: GapReason
    """What the gap is called."""


async def stands(lesson: Taught, manifest: Manifest, death: Death) -> None:
    """The record of a lesson in which something died: little lost, all plays, presence right."""
    at, counts = death.killed - lesson.zero, death.counts - lesson.zero
    assert len(manifest.tracks) == SOURCES
    for track in manifest.tracks:
        await lesson.played(track)
        assert max(p.end for p in track.parts if p.start < at) >= at - LOST_S, track
        assert len(track.parts) > 1
        assert track.parts[1].start <= counts + BACK_S, track
        named = {gap.reason for gap in track.gaps if gap.start < at + BACK_S}
        assert death.reason in named or missing(manifest, track.source, at) < LOST_S, track
    journal = await lesson.journal()
    assert journal.sealed
    assert journal.torn_bytes == 0
    presence = await lesson.presence()
    assert len(presence) == 3
    for room in lesson.lesson["rooms"]:
        assert presence[room["participant"]] == ["lesson_over"]


def missing(manifest: Manifest, source: SourceId, at: float) -> float:
    """Seconds around a moment that no part of a source covers."""
    (track,) = [one for one in manifest.tracks if one.source == source]
    before = max(part.end for part in track.parts if part.start < at)
    after = min((part.start for part in track.parts if part.start > before - 0.1), default=before)
    return max(0.0, after - before)
