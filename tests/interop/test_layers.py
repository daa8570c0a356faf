"""Browsers send a camera in three layers where the server takes them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from server.actions.links import LessonLinks
from signaling import layers
from signaling.events import Role
from tests.support.browsers import Browsers, Page, browsers
from tests.support.lesson_pages import lesson_page, room_link
from tests.support.served import Served, served
from tests.support.waiting import until
from tests.support.witness import Witness, witness

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WIDTH, HEIGHT, RATE = 1280, 720, 15
LAYERS = {
    each.rid: (WIDTH // each.divisor, HEIGHT // each.divisor, each.bits) for each in layers.LAYERS
}
WATCHED_S = 5.0
SETTLES_S = 20.0
STEADY_S = 50.0
"""Firefox's VP8 swings when it begins: 598, 114, 197 kbit/s of 150 in three windows of one run."""

SENT = """(async () => {
    const found = {};
    for (const peer of new Set(interop.peers)) {
        const stats = [...(await peer.getStats()).values()];
        const codecs = new Map(stats.map((one) => [one.id, one.mimeType]));
        for (const one of stats) {
            if (one.type === "outbound-rtp" && one.kind === "video" && one.rid !== undefined) {
                found[one.rid] = {
                    at: one.timestamp, drawn: interop.drawn ?? null,
                    octets: one.bytesSent, frames: one.framesEncoded,
                    width: one.frameWidth, height: one.frameHeight, codec: codecs.get(one.codecId),
                };
            }
        }
    }
    return found;
})()"""

DIVIDED = """(async () => {
    for (const peer of new Set(interop.peers)) {
        for (const one of (await peer.getStats()).values()) {
            if (one.type === "outbound-rtp" && one.scalabilityMode === "L1T3") {
                return one.framesEncoded > 0;
            }
        }
    }
    return false;
})()"""

NOISY = """(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1280, 720];
    const pen = canvas.getContext("2d", { alpha: false });
    const dots = new ImageData(640, 180);
    // Grain for the high layer, blots for the low one, which does not see the grain.
    const blots = Array.from({ length: 160 * 45 }, () => 24 * Math.random());
    const blot = (at) => blots[(at / 10240 >> 0) * 160 + ((at / 4 >> 0) % 640 >> 2)];
    const grey = (at) => 100 + 14 * Math.random() + blot(at);
    dots.data.forEach((_, at) => { dots.data[at] = at % 4 === 3 ? 255 : grey(at); });
    const tile = new OffscreenCanvas(640, 180);
    tile.getContext("2d").putImageData(dots, 0, 0);
    const wall = new OffscreenCanvas(2560, 720);
    wall.getContext("2d").drawImage(tile, 0, 0, 2560, 720);
    interop.drawn = 0;
    setInterval(() => {
        interop.drawn += 1;
        pen.drawImage(wall, -(interop.drawn * 8) % 1280, 0);
    }, 1000 / 15);
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream();
    return true;
})()"""

Layer = dict[str, Any]


def write_footage(path: Path) -> None:
    """Two seconds of a grainy wall that passes by, as Chromium takes them for a camera."""
    dice = np.random.default_rng(1)
    coarse = dice.integers(80, 160, (HEIGHT // 16, WIDTH // 16), np.uint8)
    wall = np.kron(coarse, np.ones((16, 16), np.uint8))
    grey = np.full(WIDTH * HEIGHT // 2, 128, np.uint8).tobytes()
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(2 * RATE):
            moved = np.roll(wall, 4 * number, 1)
            grain = dice.integers(0, 12, (HEIGHT, WIDTH), np.uint8)
            file.write(b"FRAME\n" + (moved + grain).tobytes() + grey)


async def sent(page: Page) -> dict[str, Layer]:
    """What a page has sent of its camera, by rid."""
    return cast("dict[str, Layer]", await page.evaluate(SENT))


async def check_layers(page: Page, viewer: Witness, codec: str) -> None:
    """Each layer has its size, the camera's rate and its bits."""
    await viewer.sees_a("camera")
    await viewer.shows(LAYERS["m"][1])

    async def full() -> bool:
        now = await sent(page)
        sizes = {rid: (one["width"], one["height"]) for rid, one in now.items() if one.get("width")}
        return sizes == {rid: layer[:2] for rid, layer in LAYERS.items()} and all(
            one.get("codec") == codec for one in now.values()
        )

    try:
        await until(full, SETTLES_S, every=0.5)
    except TimeoutError:
        pytest.fail(f"layers: {await sent(page)}")

    async def near() -> bool:
        before = await sent(page)
        await asyncio.sleep(WATCHED_S)
        rates = spent(before, await sent(page))
        seen.append(rates)
        return all(
            abs(bits - LAYERS[rid][2]) <= 0.15 * LAYERS[rid][2] and abs(frames - drawn) <= 2
            for rid, (bits, frames, drawn) in rates.items()
        )

    seen: list[dict[str, tuple[float, float, float]]] = []
    try:
        await until(near, STEADY_S)
    except TimeoutError:
        pytest.fail(f"bits, frames and pictures a second: {seen}")


def spent(
    before: dict[str, Layer], after: dict[str, Layer]
) -> dict[str, tuple[float, float, float]]:
    """Bits and frames a second of each layer, and pictures that the camera took."""
    found = {}
    for rid, one in after.items():
        seconds = (one["at"] - before[rid]["at"]) / 1000
        bits = 8 * (one["octets"] - before[rid]["octets"]) / seconds
        drawn = RATE * seconds if one["drawn"] is None else one["drawn"] - before[rid]["drawn"]
        frames = one["frames"] - before[rid]["frames"]
        found[rid] = (bits, frames / seconds, drawn / seconds)
    return found


@asynccontextmanager
async def watched(server: Served) -> AsyncIterator[tuple[LessonLinks, Witness]]:
    """A lesson with a viewer, who takes the middle layer while the highest is recorded.

    The lowest comes as long as anybody watches; one that is for nobody would not be sent.
    """
    lesson = await server.lesson()
    async with witness(lesson["links"][Role.VIEWER]) as viewer:
        yield lesson, viewer


@pytest.mark.alone
async def test_a_camera_comes_in_three_layers(tmp_path: Path) -> None:
    camera = tmp_path / "camera.y4m"
    await asyncio.to_thread(write_footage, camera)
    async with (
        served(tmp_path / "data") as server,
        browsers() as drivers,
        watched(server) as (lesson, viewer),
    ):
        await drivers.launch(
            "chromium",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        )
        host = await lesson_page(drivers, "host", 1, devices="own")
        await host.enter(room_link(server, lesson, 0))
        await host.do("start")
        await check_layers(host.page, viewer, "video/H264")
        await drivers.launch("firefox")
        await host.page.close()
        room = await lesson_page(drivers, "room", 2, browser="firefox")
        await room.page.goto(room_link(server, lesson, 1))
        await room.page.evaluate(NOISY)
        await room.page.press("[data-do=enter]")
        await check_layers(room.page, viewer, "video/VP8")


async def test_a_screen_is_divided_in_time_and_seen(server: Served, chromium: Browsers) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", 1)
    await host.enter(room_link(server, lesson, 0))
    room = await lesson_page(chromium, "room", 3)
    await room.enter(room_link(server, lesson, 1))
    await host.do("share")
    await room.until_shown(2)
    await host.page.until(DIVIDED)
