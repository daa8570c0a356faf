"""Against GStreamer's RTSP server, which nobody here wrote."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from client.room.handover import Encoded
from client.room.sources import SoundSource
from client.room.streams import ASTRAY_S, Clock, StreamSource, heard, is_stream, plain
from signaling.events import Codec, Kind
from tests.support.cameras import cameras

SLOW = pytest.mark.slow


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with cameras() as found:
        yield found


@asynccontextmanager
async def watched(url: str) -> AsyncIterator[StreamSource]:
    source = StreamSource("camera", Kind.CAMERA, url, 500_000)
    source.set(on=True)
    source.start(time.monotonic())
    try:
        yield source
    finally:
        await source.stop()


async def taken(source: StreamSource, number: int) -> list[Encoded]:
    async with asyncio.timeout(20):
        return [await source.handover.get() for _ in range(number)]


@SLOW
async def test_h264_passes_until_somebody_does_not_play_it(base: str) -> None:
    async with watched(f"{base}/passes") as source:
        frames = await taken(source, 60)
        keys = [number for number, frame in enumerate(frames) if frame.key]
        assert frames[0].key
        assert {later - earlier for earlier, later in pairwise(keys)} <= {50}
        steps = [b.ticks - a.ticks for a, b in pairwise(frames)]
        assert {round(step / 3600) for step in steps[10:]} == {1}
        assert not source.layered
        source.set(codec=Codec.VP8)
        frames = await taken(source, 40)
        again = [frame for frame in frames if frame.codec is Codec.VP8]
        assert again[0].key
        assert len(again) > 20


@SLOW
@pytest.mark.parametrize("camera", ["rare", "b_frames", "h265"])
async def test_what_may_not_pass_is_encoded_with_key_frames_when_they_are_asked_for(
    base: str, camera: str
) -> None:
    async with watched(f"{base}/{camera}") as source:
        await taken(source, 70)
        source.want_key_frame()
        frames = await taken(source, 10)
        assert any(frame.key for frame in frames)
        assert {frame.codec for frame in frames} == {Codec.H264}
        assert source.layered
        source.divide({"l": 150_000, "h": 1_500_000})
        frames = await taken(source, 20)
        assert {frame.layer for frame in frames[-10:]} == {"l", "h"}


@SLOW
@pytest.mark.parametrize("microphone", ["aac", "g711"])
async def test_sound_of_a_camera_becomes_opus(base: str, microphone: str) -> None:
    url = f"{base}/{microphone}"
    source = SoundSource("microphone", lambda origin: heard(url, origin))
    source.set(on=True)
    source.start(time.monotonic())
    async with asyncio.timeout(20):
        frames = [await source.handover.get() for _ in range(60)]
    await source.stop()
    assert {frame.codec for frame in frames} == {Codec.OPUS}
    assert min(frame.level or 0 for frame in frames[20:]) < 20  # a sine of half the scale


@SLOW
async def test_a_camera_that_is_not_there_is_trouble_without_its_password() -> None:
    async with watched("rtsp://admin:secret@127.0.0.1:9/stream") as source:
        async with asyncio.timeout(10):
            while source.trouble is None:  # noqa: ASYNC110 - a thread sets it
                await asyncio.sleep(0.05)
        assert "secret" not in source.trouble


def test_addresses_and_their_secrets() -> None:
    assert is_stream("rtsp://10.0.0.8/live")
    assert not is_stream("/dev/video0")
    assert plain("no: rtsp://admin:a/b@c:1/x") == "no: rtsp://admin:a/b@c:1/x"
    assert plain("no: rtsp://admin:a@c:1/x") == "no: rtsp://c:1/x"


def test_a_cameras_clock_is_followed_and_never_goes_back() -> None:
    clock = Clock()
    assert clock.at(1000.0, 5.0) == 5.0
    assert clock.at(1000.04, 5.3) == pytest.approx(5.04)
    jumped = clock.at(2000.0, 5.4)
    assert jumped == pytest.approx(5.4)
    assert clock.at(10.0, 5.0) >= jumped
    behind = clock.at(10.04, 5.5 + 2 * ASTRAY_S)
    assert behind == pytest.approx(5.5 + 2 * ASTRAY_S)
