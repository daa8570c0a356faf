import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from client.room.feeds import pictures, sounds
from client.room.handover import Encoded
from client.room.offers import FORMATS
from client.room.sources import PictureSource, SoundSource, Source
from client.room.streams import StreamSource
from client.room.up import Up
from signaling.events import Codec, Kind
from signaling.rtp.header import is_rtcp
from tests.support.answerer import Answerer, answerer, until
from tests.support.clips import write_clip
from tests.support.stripes import grey, read

SOURCE = 7


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.mkv"
    write_clip(path, source=SOURCE, seconds=2)
    return path


@asynccontextmanager
async def sending(up: Up, sources: list[Source]) -> AsyncIterator[None]:
    """Sources that run and are pumped into a peer."""

    async def pump(source: Source) -> None:
        while True:
            await up.send(source, await source.handover.get())

    origin = time.monotonic()
    pumps = [asyncio.create_task(pump(source)) for source in sources]
    for source in sources:
        source.start(origin)
        source.set(on=True)
    try:
        yield
    finally:
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        await asyncio.gather(*(source.stop() for source in sources))
        await up.close()


async def opened(far: Answerer, sources: list[Source], *, layered: bool = False) -> Up:
    up = Up(lambda: None, epoch=0.0, layered=layered)
    sdp, named = await up.offer(sources)
    assert list(named.values()) == sources
    await up.answered(await far.answer(sdp))
    await until(5, lambda: far.connection.connectionState == "connected")
    return up


def camera(clip: Path, bitrate: int = 1_500_000) -> PictureSource:
    return PictureSource("camera", Kind.CAMERA, pictures(str(clip)), bitrate)


def numbers(far: Answerer) -> list[int]:
    """Frame numbers of the pictures that arrived; all of them must be ours."""
    stripes = [read(grey(frame)) for frame in far.pictures]
    assert all(stripe is not None and stripe.source == SOURCE for stripe in stripes)
    return [stripe.number for stripe in stripes if stripe is not None]


async def test_pictures_and_sound_arrive_one_after_another(clip: Path) -> None:
    source, microphone = camera(clip), SoundSource("microphone", sounds(str(clip)))
    async with answerer() as far:
        up = await opened(far, [source, microphone])
        async with sending(up, [source, microphone]):
            await until(10, lambda: len(far.pictures) >= 20 and len(far.sounds) >= 50)
            assert up.carries(source)
        seen = numbers(far)
        assert all((later - one) % 30 == 1 for one, later in pairwise(seen))


async def test_a_lost_picture_is_answered_by_the_next_picture(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = camera(clip)
    arrived: list[float] = []
    want = source.want_key_frame

    def noted(layer: str) -> None:
        arrived.append(time.monotonic())
        want(layer)

    async with answerer() as far:
        up = await opened(far, [source])
        monkeypatch.setattr(source, "want_key_frame", noted)
        source.start(time.monotonic())
        source.set(on=True)
        before = [await source.handover.get() for _ in range(5)]
        await far.ask_key_frame(ssrc_of(up))
        answer = await up_to_key(source)
        after = [await source.handover.get() for _ in range(3)]
        await source.stop()
        await up.close()
    assert [one.key for one in (*before, *after)] == [True] + [False] * 7
    assert len(arrived) == 1
    assert len([one for one in answer if one.captured > arrived[0]]) <= 1


async def up_to_key(source: Source) -> list[Encoded]:
    """The frames up to the next that can be decoded by itself."""
    frames = [await source.handover.get()]
    while not frames[-1].key:
        frames.append(await source.handover.get())
    return frames


def codec_of(source: Source) -> Codec:
    return source.setting.codec


def ssrc_of(up: Up) -> int:
    [lane] = up._lanes
    assert lane.section.ssrc is not None
    return lane.section.ssrc


async def test_an_estimate_is_obeyed(clip: Path) -> None:
    source = camera(clip)
    async with answerer() as far:
        up = await opened(far, [source])
        await far.tell_estimate(200_000, [ssrc_of(up)])
        await until(5, lambda: source.setting.bitrate == 200_000)
        await far.tell_estimate(9_000_000, [ssrc_of(up)])
        await until(5, lambda: source.setting.bitrate == source.wanted)
        await up.close()


async def test_lost_packets_are_sent_again(clip: Path) -> None:
    source = camera(clip)
    async with answerer() as far:
        up = await opened(far, [source])
        send, count = up.transport.send, 0

        async def lossy(packet: bytes) -> None:
            nonlocal count
            media = not is_rtcp(packet) and packet[1] & 127 == FORMATS[Codec.H264].number
            count += media
            if not media or count % 20:
                await send(packet)

        up.transport.send = lossy  # type: ignore[method-assign]  # loses every 20th
        async with sending(up, [source]):
            await until(10, lambda: len(far.pictures) >= 30)
        seen = numbers(far)
        assert all((later - one) % 30 == 1 for one, later in pairwise(seen))


async def test_the_same_peer_goes_on_in_another_codec(clip: Path) -> None:
    source = camera(clip)
    async with answerer() as far:
        up = await opened(far, [source])
        async with sending(up, [source]):
            await until(10, lambda: len(far.pictures) >= 5)
            assert codec_of(source) is Codec.H264
            far.prefer("video/VP8")
            sdp, _ = await up.offer([source])
            await up.answered(await far.answer(sdp))
            assert codec_of(source) is Codec.VP8
            before = len(far.pictures)
            await until(10, lambda: len(far.pictures) >= before + 10)
        numbers(far)


async def test_a_source_that_has_ended_is_not_sent(clip: Path) -> None:
    source, microphone = camera(clip), SoundSource("microphone", sounds(str(clip)))
    async with answerer() as far:
        up = await opened(far, [source, microphone])
        sdp, named = await up.offer([source])
        await up.answered(await far.answer(sdp))
        assert list(named.values()) == [source]
        assert up.carries(source)
        assert not up.carries(microphone)
        await up.close()


async def test_a_picture_whose_layers_are_not_taken_is_sent_whole(clip: Path) -> None:
    source = camera(clip)
    async with answerer() as far:
        up = await opened(far, [source], layered=True)
        assert not up.outdated
        async with sending(up, [source]):
            await until(10, lambda: len(far.pictures) >= 20)
        seen = numbers(far)
        assert all((later - one) % 30 == 1 for one, later in pairwise(seen))
        assert {frame.height for frame in far.pictures} == {360}


async def test_a_camera_that_turns_out_to_be_encoded_here_is_offered_anew(clip: Path) -> None:
    source = StreamSource("camera", Kind.CAMERA, "rtsp://127.0.0.1:9/stream", 500_000)
    up = Up(lambda: None, epoch=0.0, layered=True)
    first, _ = await up.offer([source])
    assert not up.outdated
    source._encodes = True
    assert up.outdated
    second, _ = await up.offer([source])
    assert not up.outdated
    assert ["a=simulcast" in each for each in (first, second)] == [False, True]
    await up.close()
