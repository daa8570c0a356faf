"""Lessons on disks that are full, slow or hanging, and lessons that break."""

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from recorder.files import Disk
from recorder.intake import Source
from recorder.packets import Found
from recorder.requests import (
    CloseLesson,
    DiskSlow,
    Failed,
    Gap,
    LessonClosed,
    LessonReady,
    OpenLesson,
    OpenSource,
    SpaceStep,
)
from recorder.space import Limits
from signaling.events import Codec, GapReason, Kind
from signaling.ids import LessonId, SourceId
from tests.support.disks import FullDisk, SlowDisk
from tests.support.encoded import Encoded, Publisher, pictures
from tests.support.played import play
from tests.support.recorders import (
    RunningRecorder,
    Taps,
    kept,
    lesson_folder,
    monotonic,
    recorder_here,
)

pytestmark = pytest.mark.slow

LESSON, OTHER = LessonId("lesson"), LessonId("other")
LIMITS = Limits(low_share=0, no_new_share=0, stop_bytes=0, again_bytes=100_000)


@pytest.fixture
def taps() -> Iterator[Taps]:
    pair = Taps()
    yield pair
    pair.close()


def open_all(
    running: RunningRecorder, folder: Path, zero: float, publisher: Publisher, lesson: LessonId
) -> None:
    running.ask(OpenLesson(id=1, lesson=lesson, folder=str(folder), zero=zero))
    running.ask(
        OpenSource(
            lesson=lesson,
            source=SourceId(f"{lesson}/camera"),
            handle=publisher.handle,
            kind=Kind.CAMERA,
            codec=publisher.codec,
        )
    )


async def stream(taps: Taps, publisher: Publisher, zero: float, seconds: float) -> None:
    """A camera in real time that sends a key frame each second."""
    begun = monotonic()
    for frame in pictures(Codec.H264, seconds, every=15):
        await asyncio.sleep(max(0.0, begun + frame.time - monotonic()))
        now = monotonic()
        taps.send(publisher.frame(Encoded(frame.data, now - zero, frame.key), now))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["part", "index", "manifest"])
async def test_a_full_disk_is_a_gap_and_recording_resumes_when_there_is_room(
    tmp_path: Path, taps: Taps, name: str
) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic()
    disk = FullDisk(1_000_000, name)
    publisher = Publisher(7, Codec.H264)
    async with recorder_here(taps, disk, LIMITS) as running:
        open_all(running, folder, zero, publisher, LESSON)
        await running.told(LessonReady)
        await stream(taps, publisher, zero, 1.5)
        full_at = monotonic() - zero
        disk.room = 0
        await stream(taps, publisher, zero, 3)
        disk.room = 50_000_000
        freed_at = monotonic() - zero
        await stream(taps, publisher, zero, 4.2)
        end = monotonic() - zero
        running.ask(CloseLesson(id=2, lesson=LESSON, end=end))
        await running.told(LessonClosed)
        steps = [one.step for one in running.all(SpaceStep)]
        gaps = running.all(Gap)
    (track,) = await kept(folder)
    frames = sum(len(play(folder, part).times) for part in track.parts)
    if name in ("index", "manifest"):
        assert frames > 90
    else:
        assert steps == ["stopped", "plenty"]
        assert [gap.reason for gap in gaps] == [GapReason.NO_SPACE]
        assert gaps[0].start <= full_at + 0.5
        assert freed_at <= gaps[0].end <= freed_at + 5
        assert [gap.reason for gap in track.gaps] == [GapReason.NO_SPACE]
        assert frames > 50
    assert track.parts[-1].end == pytest.approx(end, abs=0.5)


async def test_nothing_begins_on_a_disk_with_little_room_and_what_runs_goes_on(
    tmp_path: Path, taps: Taps
) -> None:
    zero, disk = monotonic(), FullDisk(500_000_000)
    limits = Limits(low_share=0.1, no_new_share=0.05, stop_bytes=0, again_bytes=0)
    one, two = Publisher(1, Codec.H264), Publisher(2, Codec.H264)
    for lesson in (LESSON, OTHER):
        await asyncio.to_thread((tmp_path / lesson).mkdir)
    async with recorder_here(taps, disk, limits) as running:
        open_all(running, tmp_path / LESSON, zero, one, LESSON)
        assert (await running.told(LessonReady)).step == "plenty"
        await stream(taps, one, zero, 0.2)
        disk.room = 40_000_000
        open_all(running, tmp_path / OTHER, zero, two, OTHER)
        assert (await running.told(LessonReady, 2)).step == "stopped"
        told = await running.told(SpaceStep)
        assert (told.lesson, told.step) == (LESSON, "no_new")
        await stream(taps, two, zero, 0.4)
        await stream(taps, one, zero, 0.4)
        disk.room = 80_000_000
        steps = {(await running.told(SpaceStep, n)).lesson for n in (2, 3)}
        assert steps == {LESSON, OTHER}
        await stream(taps, two, zero, 0.4)
        for number, lesson in enumerate((LESSON, OTHER)):
            running.ask(CloseLesson(id=number, lesson=lesson, end=monotonic() - zero))
        await running.told(LessonClosed, 2)
    (first,) = await kept(tmp_path / LESSON)
    (second,) = await kept(tmp_path / OTHER)
    assert len(play(tmp_path / LESSON, first.parts[0]).times) >= 9
    assert [len(play(tmp_path / OTHER, part).times) for part in second.parts] == [6]


@pytest.mark.slow
async def test_a_slow_sync_delays_no_packet(tmp_path: Path, taps: Taps) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic()
    publisher = Publisher(7, Codec.H264)
    worst = 0.0
    async with recorder_here(taps, SlowDisk(sync_s=2.0), LIMITS) as running:
        open_all(running, folder, zero, publisher, LESSON)
        await running.told(LessonReady)
        sending = asyncio.create_task(stream(taps, publisher, zero, 5))
        while not sending.done():
            before = monotonic()
            await asyncio.sleep(0.02)
            worst = max(worst, monotonic() - before)
        await sending
        running.ask(CloseLesson(id=2, lesson=LESSON, end=monotonic() - zero))
        await running.told(LessonClosed, within=20)
        assert running.all(Gap) == []
    (track,) = await kept(folder)
    assert sum(len(play(folder, part).times) for part in track.parts) == 75
    assert worst < 0.5


@pytest.mark.slow
async def test_a_hanging_disk_is_told_and_costs_memory_up_to_a_bound(
    tmp_path: Path, taps: Taps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recorder.desk.QUEUE_BYTES", 20_000)
    folder, zero = lesson_folder(tmp_path), monotonic()
    disk = SlowDisk()
    publisher = Publisher(7, Codec.H264)
    async with recorder_here(taps, disk, LIMITS) as running:
        open_all(running, folder, zero, publisher, LESSON)
        await running.told(LessonReady)
        await stream(taps, publisher, zero, 1)
        disk.append_s = 3.0
        await stream(taps, publisher, zero, 3)
        assert (await running.told(DiskSlow)).slow
        disk.append_s = 0.0
        await asyncio.sleep(1)
        await stream(taps, publisher, zero, 3)
        assert not (await running.told(DiskSlow, 2)).slow
        running.ask(CloseLesson(id=2, lesson=LESSON, end=monotonic() - zero))
        await running.told(LessonClosed, within=20)
        assert GapReason.SLOW_DISK in [gap.reason for gap in running.all(Gap)]
    (track,) = await kept(folder)
    assert sum(len(play(folder, part).times) for part in track.parts) > 60


async def test_a_lesson_that_breaks_touches_no_other_and_is_taken_up_again(
    tmp_path: Path, taps: Taps, monkeypatch: pytest.MonkeyPatch
) -> None:
    zero = monotonic()
    really = Source.record

    def breaks(source: Source, found: Iterable[Found], now: float) -> None:
        if source.lesson == LESSON:
            raise ZeroDivisionError("a bug")
        really(source, found, now)

    one, two = Publisher(1, Codec.H264), Publisher(2, Codec.H264)
    async with recorder_here(taps, Disk(), LIMITS) as running:
        for lesson, publisher in ((LESSON, one), (OTHER, two)):
            folder = tmp_path / lesson
            await asyncio.to_thread(folder.mkdir)
            open_all(running, folder, zero, publisher, lesson)
        await running.told(LessonReady, 2)
        monkeypatch.setattr(Source, "record", breaks)
        await stream(taps, one, zero, 0.2)
        failed = await running.told(Failed)
        assert failed.lesson == LESSON
        await stream(taps, two, zero, 1)
        monkeypatch.undo()
        again = Publisher(3, Codec.H264)
        open_all(running, tmp_path / LESSON, zero, again, LESSON)
        await running.told(LessonReady, 3)
        await stream(taps, again, zero, 1)
        for number, lesson in enumerate((LESSON, OTHER)):
            running.ask(CloseLesson(id=number, lesson=lesson, end=monotonic() - zero))
        await running.told(LessonClosed, 2)
    for lesson in (LESSON, OTHER):
        (track,) = await kept(tmp_path / lesson)
        assert len(play(tmp_path / lesson, track.parts[-1]).times) == 15
