"""`tongke room` on a thin line: its picture keeps moving, and little waits in front of the line."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bench.reliability.queues import Gauge
from signaling.events import Role
from signaling.ids import SourceId
from tests.support.far_network import far_network
from tests.support.room_program import room_program
from tests.support.served import served, token
from tests.support.waiting import until
from tests.support.walls import RATE, write_wall
from tests.support.witness import Witness, witness

pytestmark = [pytest.mark.slow, pytest.mark.alone]

KBPS, HOLDS_S = 500, 1.0
SETTLED_S, MEASURED_S = 6.0, 10.0
LOOK_S = 0.02
BACK_S = 15.0
ROWS, FEWER_ROWS = 720, 360


@asynccontextmanager
async def gauged(network: str) -> AsyncIterator[list[float]]:
    """Seconds that a packet waits in front of the line, each 20 ms of the block."""
    waits: list[float] = []
    gauge = Gauge("far1", network)

    async def look() -> None:
        while True:
            queue = gauge.read()
            assert queue is not None
            waits.append(queue.waits / (KBPS * 125))
            await asyncio.sleep(LOOK_S)

    looking = asyncio.create_task(look())
    try:
        yield waits
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        gauge.close()


def camera_of(viewer: Witness) -> SourceId:
    return next(one for one in viewer.arrivals if one.endswith("/class_camera"))


async def is_whole(viewer: Witness, rows: int) -> None:
    """Wait until the camera's picture has so many rows."""

    async def whole() -> bool:
        return viewer.height(camera_of(viewer)) == rows

    await until(whole, BACK_S)


async def test_a_picture_moves_on_a_thin_line_and_is_whole_again_on_a_wide_one(
    tmp_path: Path,
) -> None:
    clip = tmp_path / "wall.mkv"
    await asyncio.to_thread(write_wall, clip)
    async with far_network() as network, served(tmp_path / "data", "--host", "0.0.0.0") as server:
        lesson = await server.lesson()
        base = server.base.replace("127.0.0.1", network.here)
        link = f"{base}/lesson#{token(lesson['rooms'][0]['links'][Role.TEACHER])}"
        async with (
            witness(lesson["links"][Role.VIEWER], decodes=True) as viewer,
            room_program(link, clip, inside=network.inside),
        ):
            await viewer.sees_a("class_camera")
            await viewer.shows(ROWS)
            await is_whole(viewer, ROWS)
            await network.narrow(KBPS, HOLDS_S)
            await asyncio.sleep(SETTLED_S)
            await is_whole(viewer, FEWER_ROWS)
            camera, begun = camera_of(viewer), time.monotonic()
            before = len(viewer.arrivals[camera])
            async with gauged(network.name) as waits:
                await asyncio.sleep(MEASURED_S)
            pictures = len(viewer.arrivals[camera]) - before
            assert pictures >= 0.8 * RATE * MEASURED_S
            assert viewer.longest(camera, begun) < 1.0
            assert sorted(waits)[round(0.9 * len(waits))] < 0.3
            await network.widen()
            await is_whole(viewer, ROWS)
            assert viewer.broken() == 0
