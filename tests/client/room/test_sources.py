import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from client.room.encoders import BLOCK, RATE
from client.room.feeds import Block, Shot
from client.room.handover import Encoded
from client.room.rates import Shape
from client.room.rendition import Rendition
from client.room.sources import BEHIND, PictureSource, SoundSource
from signaling.events import Codec, Kind
from tests.support.answerer import until
from tests.support.stripes import picture

pytestmark = pytest.mark.slow


def shots(origin: float) -> Iterator[Shot]:
    number = 0
    while True:
        frame = av.VideoFrame.from_ndarray(picture(1, number), format="gray")
        yield Shot(frame=frame, at=number / 30)
        number += 1


def blocks(origin: float) -> Iterator[Block]:
    number = 0
    while True:
        samples = np.full(BLOCK, 5000, np.int16)
        yield Block(samples=samples, ticks=number * BLOCK, at=number * BLOCK / RATE)
        number += 1


async def test_a_closed_microphone_makes_nothing() -> None:
    source = SoundSource("microphone", blocks)
    source.start(time.monotonic())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await source.handover.get()
    await source.stop()


async def test_an_opened_microphone_begins_a_talkspurt_and_its_clock_went_on() -> None:
    source = SoundSource("microphone", blocks)
    source.start(time.monotonic())
    source.set(on=True)
    first = await source.handover.get()
    second = await source.handover.get()
    source.set(on=False)
    await asyncio.sleep(0.2)
    source.set(on=True)
    heard = [await source.handover.get() for _ in range(6)]
    await source.stop()
    assert (first.begins, second.begins) == (True, False)
    assert second.ticks - first.ticks == BLOCK
    [again] = [each for each in heard if each.begins]
    assert again.ticks - second.ticks >= 5 * BLOCK
    assert first.level == 16


async def test_pictures_come_in_time_and_begin_with_a_key_frame() -> None:
    source = PictureSource("camera", Kind.CAMERA, shots, 500_000)
    origin = time.monotonic()
    source.start(origin)
    source.set(on=True)
    frames = [await source.handover.get() for _ in range(6)]
    await source.stop()
    assert [each.key for each in frames] == [True] + [False] * 5
    for each in frames:
        assert each.captured == pytest.approx(origin + each.ticks / 90_000)


async def test_a_picture_that_was_off_begins_with_a_key_frame() -> None:
    source = PictureSource("camera", Kind.CAMERA, shots, 500_000)
    source.start(time.monotonic())
    source.set(on=True)
    before = [await source.handover.get() for _ in range(3)]
    source.set(on=False)
    await asyncio.sleep(0.2)
    source.set(on=True)
    after = [await source.handover.get() for _ in range(8)]
    await source.stop()
    pause = before[-1].ticks + 0.15 * 90_000
    resumed = next(each for each in after if each.ticks > pause)
    assert resumed.key


async def test_a_picture_in_another_codec_begins_with_a_key_frame() -> None:
    source = PictureSource("screen", Kind.SCREEN, shots, 500_000)
    source.start(time.monotonic())
    source.set(on=True)
    await source.handover.get()
    source.set(codec=Codec.VP9)
    frames = [await source.handover.get() for _ in range(15)]
    await source.stop()
    switched = next(each for each in frames if each.codec is Codec.VP9)
    assert switched.key


async def test_a_thin_way_gets_fewer_pictures() -> None:
    source = PictureSource("camera", Kind.CAMERA, shots, 60_000)
    source.start(time.monotonic())
    source.set(on=True)
    ticks = [(await source.handover.get()).ticks for _ in range(4)]
    await source.stop()
    assert np.diff(ticks) == pytest.approx(90_000 / 8, rel=0.3)


async def test_a_feed_that_breaks_is_named_and_opened_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("client.room.sources.RETRY_S", 0.05)
    tries = 0

    def broken(origin: float) -> Iterator[Shot]:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OSError("unplugged")
        yield from shots(origin)

    source = PictureSource("camera", Kind.CAMERA, broken, 500_000)
    source.start(time.monotonic())
    source.set(on=True)
    first = await source.handover.get()
    await source.stop()
    assert tries == 3
    assert first.ticks >= 0.1 * 90_000, "the source's time does not go back"
    assert source.trouble is None


async def test_a_missing_device_is_named(tmp_path: Path) -> None:
    def missing(origin: float) -> Iterator[Shot]:
        av.open(str(tmp_path / "video9"))
        yield from ()

    source = PictureSource("camera", Kind.CAMERA, missing, 500_000)
    source.start(time.monotonic())
    await until(5, lambda: source.trouble is not None)
    await source.stop()
    assert "No such file" in (source.trouble or "")


async def test_a_stopped_source_has_no_thread() -> None:
    source = PictureSource("camera", Kind.CAMERA, shots, 500_000)
    source.start(time.monotonic())
    await source.stop()
    assert "source-camera" not in {thread.name for thread in threading.enumerate()}


THREE = {"l": 150_000, "m": 500_000, "h": 1_500_000}


@asynccontextmanager
async def filmed(layers: dict[str, int]) -> AsyncIterator[PictureSource]:
    """A camera that sends layers during the block."""
    source = PictureSource("camera", Kind.CAMERA, shots, 1_500_000)
    source.divide(layers)
    source.set(on=True)
    source.start(time.monotonic())
    try:
        yield source
    finally:
        await source.stop()


async def taken(source: PictureSource, count: int) -> list[Encoded]:
    return [await source.handover.get() for _ in range(count)]


def layers_of(frames: list[Encoded], ticks: int) -> list[str]:
    """In which layers a picture was sent."""
    return [each.layer for each in frames if each.ticks == ticks]


async def test_each_picture_is_sent_in_each_layer_lowest_first() -> None:
    async with filmed(THREE) as source:
        frames = await taken(source, 12)
    moments = sorted({each.ticks for each in frames})
    assert source.rows == 360
    assert [layers_of(frames, each) for each in moments] == [["l", "m", "h"]] * 4
    assert [each.key for each in frames] == [True] * 3 + [False] * 9


async def test_a_layer_that_is_stopped_is_not_made_and_begins_again_with_a_key_frame() -> None:
    async with filmed(THREE) as source:
        await taken(source, 6)
        source.divide({"l": 150_000})
        frames = await taken(source, 18)
        assert {each.layer for each in frames[-10:]} == {"l"}
        assert source._renditions.keys() == {"l"}, "its encoder is gone, not idle"
        source.divide(THREE)
        again = await taken(source, 18)
    first = {layer: next(each for each in again if each.layer == layer) for layer in ("m", "h")}
    assert all(each.key for each in first.values())
    assert not any(each.key for each in again if each.layer == "l")


async def test_nothing_is_made_of_a_picture_that_nobody_watches() -> None:
    async with filmed({}) as source:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await source.handover.get()
        assert not source._renditions


async def test_a_key_frame_is_made_of_the_layer_that_is_asked_for_alone() -> None:
    async with filmed(THREE) as source:
        await taken(source, 6)
        asked = time.monotonic()
        source.want_key_frame("m")
        frames = await taken(source, 12)
    [key] = [each for each in frames if each.key]
    assert key.layer == "m"
    later = {each.captured for each in frames if each.layer == "m" and each.captured > asked}
    assert key.captured <= min(later), "the next picture is the one"


async def test_only_cameras_are_sent_in_layers() -> None:
    made = [PictureSource(kind.value, kind, shots, 500_000) for kind in (Kind.CAMERA, Kind.SCREEN)]
    assert [source.layered for source in (*made, SoundSource("microphone", blocks))] == [
        True,
        False,
        False,
    ]


async def test_while_pictures_wait_the_next_are_left_out_and_no_key_frame_is_needed() -> None:
    async with filmed(THREE) as source:
        source.narrow = True
        await taken(source, 3)
        await asyncio.sleep(0.5)
        waits = source.handover.waits
        frames = await taken(source, waits + 9)
    assert waits == 3 * BEHIND
    assert not any(each.key for each in frames)


async def test_on_a_way_that_is_not_narrow_a_busy_moment_leaves_no_picture_out() -> None:
    async with filmed(THREE) as source:
        await taken(source, 3)
        await asyncio.sleep(0.3)
        assert source.handover.waits > 3 * BEHIND


@pytest.mark.parametrize(("seconds", "short"), [(0.0, False), (0.04, True)])
async def test_a_computer_that_encodes_slower_than_pictures_come_is_short(
    monkeypatch: pytest.MonkeyPatch, seconds: float, short: bool
) -> None:
    monkeypatch.setattr("client.room.effort.SPAN_S", 0.5)
    encode = Rendition.encode

    def slowly(
        rendition: Rendition, shot: Shot, form: Shape, bitrate: int, key: bool, origin: float
    ) -> Encoded | None:
        time.sleep(seconds)
        return encode(rendition, shot, form, bitrate, key, origin)

    monkeypatch.setattr(Rendition, "encode", slowly)
    async with filmed({"l": 60_000}) as source:
        for _ in range(25):
            await source.handover.get()
        assert source.short is short
        source.set(on=False)
        await until(5, lambda: not source.short)
