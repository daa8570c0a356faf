"""A camera of 1280×720 is sent as it is when nothing but the machine itself is in the way."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from tests.support.browsers import browsers
from tests.support.lesson_pages import lesson_page, room_link
from tests.support.served import served
from tests.support.stripes import picture

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.quiet(73)]

WIDTH, HEIGHT, RATE = 1280, 720, 15
SETTLED_S, WATCHED_S = 10, 60


def write_camera(path: Path) -> None:
    """Two seconds of moving pictures, as Chromium takes them for a camera (YUV4MPEG2)."""
    grey = np.full(WIDTH * HEIGHT // 2, 128, np.uint8).tobytes()
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(2 * RATE):
            file.write(b"FRAME\n" + picture(1, number, WIDTH, HEIGHT).tobytes() + grey)


async def test_bandwidth_never_limits_a_camera_on_its_own_machine(tmp_path: Path) -> None:
    camera = tmp_path / "camera.y4m"
    await asyncio.to_thread(write_camera, camera)
    reasons: list[str] = []
    full: list[bool] = []
    async with served(tmp_path / "data") as server, browsers() as drivers:
        lesson = await server.lesson()
        await drivers.launch(
            "chromium",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        )
        host = await lesson_page(drivers, "host", 1, devices="own")
        await host.enter(room_link(server, lesson, 0))
        await host.do("start")
        await asyncio.sleep(SETTLED_S)
        for _ in range(WATCHED_S):
            await asyncio.sleep(1.0)
            sources = (await host.stats())["sources"]
            rtp = next(one["rtp"] for one in sources if one["kind"] == "video")
            reasons.append(rtp["qualityLimitationReason"])
            if reasons[-1] != "cpu":
                full.append((rtp["frameWidth"], rtp["frameHeight"]) == (WIDTH, HEIGHT))
    assert "bandwidth" not in reasons
    assert len(full) >= WATCHED_S / 2, "the machine has no CPU to spare"
    assert sum(full) >= 0.9 * len(full)
