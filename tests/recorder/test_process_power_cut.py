"""Two hundred instants at which the power may fail while the recorder's own threads write."""

import asyncio
import random
from pathlib import Path

import pytest

from recorder import manifest
from recorder.files import Disk
from recorder.manifest import MANIFEST, Track
from recorder.recovery import recover
from recorder.requests import LessonReady, OpenLesson, OpenSource
from recorder.space import Limits
from signaling.events import Codec, Kind
from signaling.ids import LessonId, SourceId
from tests.support.disks import RememberingDisk, after_power_cut
from tests.support.encoded import Publisher, pictures, sounds
from tests.support.played import play
from tests.support.recorders import Taps, lesson_folder, monotonic, recorder_here

pytestmark = pytest.mark.slow

INSTANTS = 200
TAUGHT_S = 8.0
"""Four passes of the recorder's syncs, or nearly."""
LOST_S = 3.0
PLAYED_EVERY = 4
"""Every manifest is compared; of each fourth instant every frame is decoded too."""
LESSON = LessonId("lesson")


async def test_a_power_cut_at_any_instant_costs_the_recorder_three_seconds_at_most(
    tmp_path: Path,
) -> None:
    disk, folder, chance = RememberingDisk(), lesson_folder(tmp_path), random.Random(3)
    zero = await taught(disk, folder)
    for number in range(INSTANTS):
        instant = chance.uniform(0.0, TAUGHT_S)
        target = tmp_path / str(number)
        target.mkdir()
        acts = [act for act in disk.acts if act.when - zero <= instant]
        await asyncio.to_thread(after_power_cut, acts, folder, target, chance)
        tracks = await asyncio.to_thread(recovered, target)
        if instant > LOST_S:
            assert len(tracks) == len(Codec)
            assert min(track.parts[-1].end for track in tracks) >= instant - LOST_S
        if number % PLAYED_EVERY == 0:
            await asyncio.to_thread(check_all_plays, target, tracks)


async def taught(disk: Disk, folder: Path) -> float:
    """Record a source in each codec in real time; the monotonic second of lesson time 0."""
    publishers = [Publisher(handle, codec) for handle, codec in enumerate(Codec, start=1)]
    frames = sorted(
        (
            (frame, publisher)
            for publisher in publishers
            for frame in (
                sounds(TAUGHT_S)
                if publisher.codec is Codec.OPUS
                else pictures(publisher.codec, TAUGHT_S, every=30)
            )
        ),
        key=lambda one: one[0].time,
    )
    taps = Taps()
    async with recorder_here(taps, disk, Limits()) as running:
        zero = monotonic()
        running.ask(OpenLesson(id=1, lesson=LESSON, folder=str(folder), zero=zero))
        await running.told(LessonReady)
        for publisher in publishers:
            running.ask(opening(publisher))
        for frame, publisher in frames:
            await asyncio.sleep(max(0.0, zero + frame.time - monotonic()))
            taps.send(publisher.frame(frame, monotonic()))
    taps.close()
    return zero


def opening(publisher: Publisher) -> OpenSource:
    """Have a source recorded."""
    codec = publisher.codec
    kind = Kind.MICROPHONE if codec is Codec.OPUS else Kind.CAMERA
    source = SourceId(f"p/{codec}")
    return OpenSource(lesson=LESSON, source=source, handle=publisher.handle, kind=kind, codec=codec)


def recovered(folder: Path) -> tuple[Track, ...]:
    """What a recorder finds there: a manifest that can be read or none, then all that is whole."""
    if (folder / "manifest.json").exists():
        MANIFEST.validate_json((folder / "manifest.json").read_bytes())
    recover(Disk(), folder)
    found = manifest.load(folder)
    assert found == manifest.rebuild(folder)
    return found.tracks


def check_all_plays(folder: Path, tracks: tuple[Track, ...]) -> None:
    """Every part decodes, and is as long as its manifest says."""
    for track in tracks:
        for part in track.parts:
            played = play(folder, part)
            lasts = played.samples / 48_000 if played.samples else played.times[-1]
            assert lasts == pytest.approx(part.end - part.start, abs=0.15)
