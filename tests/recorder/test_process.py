"""The recorder's process, fed over a real tap, and what it wrote decoded again."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from recorder import process as recorder_process
from recorder.desk import Desk
from recorder.files import Disk
from recorder.manifest import Track
from recorder.requests import (
    CloseLesson,
    CloseSource,
    Failed,
    Gap,
    LessonClosed,
    LessonReady,
    MarkGap,
    OpenLesson,
    OpenSource,
    Progress,
    WantKeyFrame,
)
from recorder.space import Limits
from signaling.events import Codec, GapReason, Kind
from signaling.ids import LessonId, SourceId
from signaling.rtp import tap
from tests.support.encoded import Encoded, Publisher, pictures, sounds
from tests.support.played import Played, play
from tests.support.recorders import (
    RunningRecorder,
    Taps,
    kept,
    lesson_folder,
    monotonic,
    recorder,
    recorder_here,
)

pytestmark = pytest.mark.slow

LESSON = LessonId("lesson")


@pytest.fixture
def taps() -> Iterator[Taps]:
    pair = Taps()
    yield pair
    pair.close()


async def open_lesson(running: RunningRecorder, folder: Path, zero: float) -> LessonReady:
    running.ask(OpenLesson(id=1, lesson=LESSON, folder=str(folder), zero=zero))
    return await running.told(LessonReady)


def source_of(publisher: Publisher) -> SourceId:
    return SourceId(f"p/{'microphone' if publisher.codec is Codec.OPUS else 'camera'}")


def open_source(running: RunningRecorder, publisher: Publisher) -> SourceId:
    running.ask(
        OpenSource(
            lesson=LESSON,
            source=source_of(publisher),
            handle=publisher.handle,
            kind=Kind.MICROPHONE if publisher.codec is Codec.OPUS else Kind.CAMERA,
            codec=publisher.codec,
        )
    )
    return source_of(publisher)


def media(codec: Codec, seconds: float) -> list[Encoded]:
    return sounds(seconds) if codec is Codec.OPUS else pictures(codec, seconds, every=30)


async def close_lesson(running: RunningRecorder, end: float) -> LessonClosed:
    running.ask(CloseLesson(id=2, lesson=LESSON, end=end))
    return await running.told(LessonClosed)


def played(folder: Path, track: Track) -> list[Played]:
    return [play(folder, part) for part in track.parts]


async def live(taps: Taps, publisher: Publisher, frames: list[Encoded], zero: float) -> None:
    """Send frames in real time, each when it is due."""
    for frame in frames:
        await asyncio.sleep(max(0.0, zero + frame.time - monotonic()))
        taps.send(publisher.frame(frame, monotonic()))


@pytest.mark.parametrize("codec", list(Codec))
async def test_everything_that_was_sent_is_decoded_from_the_file(
    tmp_path: Path, taps: Taps, codec: Codec
) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic() - 20
    frames = media(codec, 6)
    publisher = Publisher(7, codec)
    async with recorder(taps) as running:
        await open_lesson(running, folder, zero)
        open_source(running, publisher)
        for frame in frames:
            taps.send(publisher.frame(frame, zero + 5 + frame.time))
        closed = await close_lesson(running, 11)
        assert await running.end() == 0
    assert closed.tracks == 1
    assert closed.seconds == pytest.approx(6, abs=0.1)
    (track,) = await kept(folder)
    (part,) = track.parts
    assert closed.written == (folder / part.file).stat().st_size
    found = play(folder, part)
    assert part.start == pytest.approx(5, abs=0.001)
    if codec is Codec.OPUS:
        assert found.samples == 6 * 48_000
    else:
        assert len(found.times) == len(frames)
        for shown, frame in zip(found.times, frames, strict=True):
            assert shown == pytest.approx(frame.time, abs=0.0011)


async def test_packets_that_come_before_their_source_is_opened_are_kept(
    tmp_path: Path, taps: Taps
) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic() - 5
    publisher = Publisher(7, Codec.OPUS)
    async with recorder(taps) as running:
        await open_lesson(running, folder, zero)
        for frame in sounds(1):
            taps.send(publisher.frame(frame, zero + frame.time))
        await asyncio.sleep(0.3)
        open_source(running, publisher)
        await close_lesson(running, 1)
    (track,) = await kept(folder)
    assert sum(one.samples for one in played(folder, track)) == 48_000


async def test_packets_of_a_closed_source_are_not_kept(tmp_path: Path, taps: Taps) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic() - 5
    publisher = Publisher(7, Codec.OPUS)
    frames = sounds(2)
    async with recorder(taps) as running:
        await open_lesson(running, folder, zero)
        open_source(running, publisher)
        for frame in frames[:50]:
            taps.send(publisher.frame(frame, zero + frame.time))
        await asyncio.sleep(0.2)
        running.ask(CloseSource(handle=7, reason=GapReason.CONSENT))
        await asyncio.sleep(0.2)
        for frame in frames[50:]:
            taps.send(publisher.frame(frame, zero + frame.time))
        await close_lesson(running, 3)
        gaps = running.all(Gap)
    (track,) = await kept(folder)
    assert sum(one.samples for one in played(folder, track)) == 48_000
    (gap,) = gaps
    assert (gap.end, gap.reason) == (3.0, GapReason.CONSENT)
    assert gap.start == pytest.approx(1.0)


async def test_a_marked_gap_has_its_name(tmp_path: Path, taps: Taps) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic() - 5
    publisher = Publisher(7, Codec.OPUS)
    async with recorder(taps) as running:
        await open_lesson(running, folder, zero)
        source = open_source(running, publisher)
        for frame in sounds(1):
            taps.send(publisher.frame(frame, zero + frame.time))
        await asyncio.sleep(0.2)
        running.ask(MarkGap(source=source, reason=GapReason.MICROPHONE_CLOSED))
        await close_lesson(running, 4)
    (track,) = await kept(folder)
    assert [gap.reason for gap in track.gaps] == [GapReason.MICROPHONE_CLOSED]


async def test_a_codec_switch_begins_a_new_part(tmp_path: Path, taps: Taps) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic() - 20
    first, second = Publisher(7, Codec.H264), Publisher(7, Codec.VP8, ssrc=78)
    async with recorder(taps) as running:
        await open_lesson(running, folder, zero)
        open_source(running, first)
        for frame in media(Codec.H264, 2):
            taps.send(first.frame(frame, zero + frame.time))
        for frame in media(Codec.VP8, 2):
            taps.send(second.frame(frame, zero + 2 + frame.time))
        await close_lesson(running, 4)
    (track,) = await kept(folder)
    assert [part.codec for part in track.parts] == [Codec.H264, Codec.VP8]
    assert [one.codec for one in played(folder, track)] == ["h264", "vp8"]
    assert track.parts[0].end == pytest.approx(track.parts[1].start, abs=0.01)
    assert track.gaps == ()


async def test_a_size_change_stays_in_the_part_and_begins_a_segment(
    tmp_path: Path, taps: Taps
) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic() - 20
    publisher = Publisher(7, Codec.H264)
    small = pictures(Codec.H264, 2, size=(160, 120))
    large = [
        Encoded(data, time + 2, key) for data, time, key in pictures(Codec.H264, 2, size=(320, 240))
    ]
    async with recorder(taps) as running:
        await open_lesson(running, folder, zero)
        open_source(running, publisher)
        for frame in [*small, *large]:
            taps.send(publisher.frame(frame, zero + frame.time))
        await close_lesson(running, 4)
    (track,) = await kept(folder)
    (part,) = track.parts
    assert [segment[0] for segment in part.segments] == pytest.approx([0.0, 2.0], abs=0.01)
    assert play(folder, part).sizes == [(160, 120)] * 30 + [(320, 240)] * 30


@pytest.mark.slow
@pytest.mark.parametrize("codec", [Codec.H264, Codec.VP8])
async def test_kill_9_costs_less_than_a_second_and_all_else_plays(
    tmp_path: Path, taps: Taps, codec: Codec
) -> None:
    folder = lesson_folder(tmp_path)
    picture, sound = Publisher(1, codec), Publisher(2, Codec.OPUS)
    seen, heard, after = pictures(codec, 3.3, every=30), sounds(3.3), pictures(codec, 1)
    async with recorder(taps) as running:
        zero = monotonic()
        await open_lesson(running, folder, zero)
        open_source(running, picture)
        open_source(running, sound)
        await asyncio.gather(live(taps, picture, seen, zero), live(taps, sound, heard, zero))
        killed = monotonic() - zero
        await running.kill()
    again = Publisher(3, codec, ssrc=99)
    async with recorder(taps) as running:
        ready = await open_lesson(running, folder, zero)
        assert ready.recovered == 2
        open_source(running, again)
        resumed = monotonic() - zero
        for frame in after:
            taps.send(again.frame(frame, zero + resumed + frame.time))
        await close_lesson(running, resumed + 1)
    camera, microphone = await kept(folder)
    assert camera.parts[0].end >= killed - 1
    assert microphone.parts[0].end >= killed - 1
    assert len(camera.parts) == 2
    assert [gap.reason for gap in camera.gaps] == [GapReason.RECORDER_LOST]
    for track in (camera, microphone):
        for part, found in zip(track.parts, played(folder, track), strict=True):
            assert found.times[-1] == pytest.approx(part.end - part.start, abs=0.15)


@pytest.mark.slow
async def test_a_recorder_that_slept_names_what_the_tap_dropped(tmp_path: Path, taps: Taps) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic() - 20
    publisher = Publisher(7, Codec.H264)
    frames = pictures(Codec.H264, 6, every=30)
    async with recorder(taps) as running:
        await open_lesson(running, folder, zero)
        open_source(running, publisher)
        for frame in frames[:20]:
            taps.send(publisher.frame(frame, zero + frame.time))
        running.process.send_signal(signal.SIGSTOP)
        lost = [record for frame in frames[20:60] for record in publisher.frame(frame, 0)]
        taps.send([publisher.overrun(len(lost), zero + frames[20].time, zero + 4)])
        for frame in frames[60:]:
            taps.send(publisher.frame(frame, zero + frame.time))
        await asyncio.sleep(0.5)
        running.process.send_signal(signal.SIGCONT)
        await close_lesson(running, 6)
        (gap,) = running.all(Gap)
        assert running.all(WantKeyFrame)
    assert gap.reason is GapReason.RECORDER_OVERRUN
    assert gap.end == pytest.approx(4.0, abs=0.01)
    (track,) = await kept(folder)
    assert sum(len(one.times) for one in played(folder, track)) == 50


@pytest.mark.slow
async def test_a_recorder_that_slept_keeps_all_that_lies_in_the_tap(
    tmp_path: Path, taps: Taps
) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic() - 4
    publisher = Publisher(7, Codec.H264)
    frames = pictures(Codec.H264, 4)
    async with recorder(taps) as running:
        await open_lesson(running, folder, zero)
        open_source(running, publisher)
        for frame in frames[:10]:
            taps.send(publisher.frame(frame, zero + frame.time))
        await asyncio.sleep(0.3)
        running.process.send_signal(signal.SIGSTOP)
        for frame in sounds(2):
            taps.send(Publisher(9, Codec.OPUS).frame(frame, zero + frame.time))
        for frame in frames[10:]:
            taps.send(publisher.frame(frame, zero + frame.time))
        await asyncio.sleep(2.5)
        running.process.send_signal(signal.SIGCONT)
        await asyncio.sleep(0.3)
        await close_lesson(running, 4)
        assert running.all(Gap) == []
    (track,) = await kept(folder)
    assert [len(one.times) for one in played(folder, track)] == [60]


async def test_time_that_passed_unnoticed_behind_the_tap_is_no_silence(
    tmp_path: Path, taps: Taps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the system gives the processor to others just when the tap has been read."""
    folder, zero = lesson_folder(tmp_path), monotonic()
    publisher = Publisher(7, Codec.H264)
    frames = pictures(Codec.H264, 4)
    passed = 0.0
    read = Desk.batch

    def read_and_wait(desk: Desk, batch: memoryview, now: float) -> None:
        nonlocal passed
        read(desk, batch, now)
        if not passed:
            passed = 3.5
            for frame in frames[10:]:
                taps.send(publisher.frame(frame, zero + frame.time))

    taps.ours.setblocking(False)
    monkeypatch.setattr(Desk, "batch", read_and_wait)
    clock = SimpleNamespace(monotonic=lambda: monotonic() + passed)
    monkeypatch.setattr(recorder_process, "time", clock)
    async with recorder_here(taps, Disk(), Limits()) as running:
        await open_lesson(running, folder, zero)
        open_source(running, publisher)
        await asyncio.sleep(0.05)
        taps.send([record for frame in frames[:10] for record in publisher.frame(frame, zero)])
        await asyncio.sleep(0.5)
        await close_lesson(running, 3.7)
        assert running.all(Gap) == []


@pytest.mark.slow
async def test_progress_says_that_bytes_reach_the_disk(tmp_path: Path, taps: Taps) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic()
    publisher = Publisher(7, Codec.OPUS)
    async with recorder(taps) as running:
        await open_lesson(running, folder, zero)
        source = open_source(running, publisher)
        await live(taps, publisher, sounds(2.5), zero)
        progress = await running.told(Progress)
    (written,) = progress.sources
    assert written.source == source
    assert written.written > 1000
    assert written.trouble is None
    assert 0 < progress.free_space <= 1
    assert progress.waiting >= 0


async def test_what_cannot_be_done_is_told(tmp_path: Path, taps: Taps) -> None:
    async with recorder(taps) as running:
        running.ask(CloseLesson(id=9, lesson=LESSON, end=1.0))
        failed = await running.told(Failed)
        assert (failed.id, failed.lesson) == (9, LESSON)
        open_source(running, Publisher(1, Codec.OPUS))
        assert (await running.told(Failed, 2)).id is None


async def test_a_server_that_dies_leaves_whole_parts(tmp_path: Path, taps: Taps) -> None:
    folder, zero = lesson_folder(tmp_path), monotonic() - 5
    publisher = Publisher(7, Codec.OPUS)
    async with recorder(taps) as running:
        await open_lesson(running, folder, zero)
        open_source(running, publisher)
        for frame in sounds(1):
            taps.send(publisher.frame(frame, zero + frame.time))
        await asyncio.sleep(0.3)
        assert await running.end() == 0
    (track,) = await kept(folder)
    assert sum(one.samples for one in played(folder, track)) == 48_000
    async with recorder(taps) as running:
        assert (await open_lesson(running, folder, zero)).recovered == 0


@pytest.mark.slow
@pytest.mark.timed
async def test_a_tap_that_holds_little_is_read_as_it_fills() -> None:
    taps = Taps(octets=200_000)
    taps.ours.setblocking(False)
    refused = 0
    async with recorder(taps):
        message = Publisher(1, Codec.OPUS).record(tap.PACKET, bytes(60_000), monotonic(), 0)
        for _ in range(200):
            await asyncio.sleep(0.01)
            try:
                taps.ours.send(message)
            except BlockingIOError:
                refused += 1
    taps.close()
    # By the clock ten would come in 0.1 s, of which six fit.
    assert refused < 20
