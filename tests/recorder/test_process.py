"""The recorder's process, fed over a real tap, and what it wrote decoded again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from recorder.requests import CloseLesson, LessonClosed, LessonReady, OpenLesson, OpenSource
from signaling.events import Codec, Kind
from signaling.ids import LessonId, SourceId
from tests.support.encoded import Encoded, Publisher, pictures, sounds
from tests.support.played import play
from tests.support.recorders import RunningRecorder, Taps, kept, lesson_folder, monotonic, recorder

LESSON = LessonId("lesson")
KINDS = {True: Kind.MICROPHONE, False: Kind.CAMERA}


@pytest.fixture
def taps() -> Iterator[Taps]:
    pair = Taps()
    yield pair
    pair.close()


async def open_lesson(running: RunningRecorder, folder: Path, zero: float) -> LessonReady:
    running.ask(OpenLesson(id=1, lesson=LESSON, folder=str(folder), zero=zero))
    return await running.told(LessonReady)


def open_source(running: RunningRecorder, publisher: Publisher) -> SourceId:
    source = SourceId(f"p/{publisher.codec.value}")
    running.ask(
        OpenSource(
            lesson=LESSON,
            source=source,
            handle=publisher.handle,
            kind=KINDS[publisher.codec is Codec.OPUS],
            codec=publisher.codec,
        )
    )
    return source


def media(codec: Codec, seconds: float) -> list[Encoded]:
    return sounds(seconds) if codec is Codec.OPUS else pictures(codec, seconds, every=30)


async def close_lesson(running: RunningRecorder, end: float) -> LessonClosed:
    running.ask(CloseLesson(id=2, lesson=LESSON, end=end))
    return await running.told(LessonClosed)


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
    played = play(folder, part)
    assert part.start == pytest.approx(5, abs=0.001)
    if codec is Codec.OPUS:
        assert played.samples == 6 * 48_000
    else:
        assert len(played.times) == len(frames)
        for shown, frame in zip(played.times, frames, strict=True):
            assert shown == pytest.approx(frame.time, abs=0.0011)
