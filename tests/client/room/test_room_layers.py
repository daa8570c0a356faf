"""A classroom's camera in layers, by a real server, before viewers who show it in their sizes."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import aiohttp
import av
import pytest

from client.room.feeds import PictureFeed, Shot
from client.room.handover import Encoded
from client.room.layers import LAYERS
from client.room.room import Doors, Room
from client.room.sources import PictureSource, Source
from client.room.up import Up
from server.actions.links import LessonLinks
from signaling.events import Codec, Kind, Role
from tests.support.answerer import until
from tests.support.served import Served, served, token
from tests.support.walls import wall
from tests.support.witness import witness

pytestmark = [pytest.mark.slow, pytest.mark.timed, pytest.mark.usefixtures("loopback")]

RATE = 15
STOPS_S = 1.0
MEASURED_S = 4.0
TOLD_S = 15.0


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One frame that left."""

    at: float
    layer: str
    codec: Codec
    key: bool
    octets: int


@dataclass
class Camera:
    """A classroom with a camera, and what left of it."""

    sent: list[Sent] = field(default_factory=list)
    told: list[tuple[float, list[str]]] = field(default_factory=list)
    """When it was told to send which layers."""

    def say(self, word: str, data: dict[str, object]) -> None:
        """Note what the room says."""
        layers = data.get("sent")
        if word == "layers" and isinstance(layers, list):
            self.told.append((time.monotonic(), layers))

    async def is_told(self, *layers: str) -> float:
        """Wait until these are the ones to send; since when."""
        await until(TOLD_S, lambda: bool(self.told) and self.told[-1][1] == list(layers))
        return self.told[-1][0]

    def since(self, moment: float, layer: str) -> list[Sent]:
        """Frames of a layer that left after a moment."""
        return [each for each in self.sent if each.layer == layer and each.at > moment]


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Camera:
    made, send = Camera(), Up.send

    async def noted(up: Up, source: Source, frame: Encoded) -> int:
        packets = await send(up, source, frame)
        if packets:
            made.sent.append(
                Sent(
                    at=time.monotonic(),
                    layer=frame.layer,
                    codec=frame.codec,
                    key=frame.key,
                    octets=sum(map(len, frame.payloads)),
                )
            )
        return packets

    monkeypatch.setattr(Up, "send", noted)
    return made


def passing(pictures: list[av.VideoFrame]) -> PictureFeed:
    """The pictures of a camera, for ever."""
    return lambda origin: (
        Shot(frame=pictures[number % len(pictures)], at=number / RATE) for number in count()
    )


@asynccontextmanager
async def filmed(server: Served, camera: Camera, lesson: LessonLinks) -> AsyncIterator[None]:
    """The first classroom's camera is on during the block."""
    link = f"{server.base}/lesson#{token(lesson['rooms'][0]['links'][Role.TEACHER])}"
    feed = passing(await asyncio.to_thread(wall))
    source = PictureSource("camera", Kind.CAMERA, feed, 1_500_000)
    doors = Doors(link=link, loudspeaker=False, prove=False)
    async with aiohttp.ClientSession() as http:
        room = Room(doors, [source], http, camera.say)
        task = asyncio.create_task(room.run())
        try:
            yield
        finally:
            await room.leave()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("codec", [Codec.H264, Codec.VP8])
async def test_three_layers_arrive_with_their_bits_and_viewers_change_between_them(
    tmp_path: Path, camera: Camera, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client.room.room.CODECS", (Codec.OPUS, codec))
    async with served(tmp_path / "data") as server:
        lesson = await server.lesson()
        link = lesson["links"][Role.VIEWER]
        async with (
            filmed(server, camera, lesson),
            witness(link, decodes=True) as viewer,
            witness(link, decodes=True) as other,
        ):
            await viewer.sees_a("camera")
            for rows in (360, 180, 720):
                await viewer.shows(rows)
                await viewer.gets(rows)
            await other.sees_a("camera")
            await other.shows(360)
            await other.gets(360)
            begun = time.monotonic()
            await asyncio.sleep(MEASURED_S)
            sent = {rid: camera.since(begun, rid) for rid in LAYERS}
            assert viewer.broken() + other.broken() == 0
    assert {each.codec for each in camera.sent} == {codec}
    counts = [len(frames) for frames in sent.values()]
    assert max(counts) - min(counts) <= 1, "each layer has every picture"
    most = {rid: layer.bits for rid, layer in LAYERS.items()}
    assert {rid: bitrate(frames) for rid, frames in sent.items()} == pytest.approx(most, rel=0.15)


def bitrate(frames: list[Sent]) -> float:
    """Bits a second of a layer's pictures; a machine that is busy leaves some out."""
    return 8 * sum(each.octets for each in frames) * RATE / len(frames)


async def test_layers_that_nobody_watches_stop_and_begin_again_with_a_key_frame(
    tmp_path: Path, camera: Camera
) -> None:
    async with served(tmp_path / "data") as server:
        lesson = await server.lesson()
        link = lesson["links"][Role.VIEWER]
        async with filmed(server, camera, lesson), witness(link, decodes=True) as viewer:
            await viewer.sees_a("camera")
            await viewer.shows(180)
            stopped = await camera.is_told("l")
            await asyncio.sleep(STOPS_S + 0.5)
            late = stopped + STOPS_S
            assert not camera.since(late, "m")
            assert not camera.since(late, "h")
            assert len(camera.since(late, "l")) >= RATE // 4
            await viewer.shows(720)
            await viewer.gets(720)
            assert viewer.broken() == 0
    assert camera.since(late, "h")[0].key
    assert not camera.since(late, "m")
