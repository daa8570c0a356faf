"""The path between a school and the server carries nothing for 1, 6 and 20 s, then again."""

import asyncio
import time
from pathlib import Path

import pytest

from signaling.events import DeviceAway, DeviceBack, DeviceLeft
from tests.support.path import SERVER, breakable_path, free_port
from tests.support.served import served
from tests.support.taught import SOURCES, Taught, taught

pytestmark = [pytest.mark.timed, pytest.mark.usefixtures("loopback")]

PATH = "127.0.0.2"
BACK_S = 3.0
SEEN_S = 2.0
AWAY_S = 5.0


@pytest.mark.parametrize("seconds", [1, 6, 20])
async def test_media_are_back_three_seconds_after_packets_pass_again(
    tmp_path: Path, clip: Path, seconds: float
) -> None:
    port = free_port()
    options = ("--media-port", str(port), "--media-address", SERVER, "--public-address", PATH)
    async with served(tmp_path, *options) as server:
        tcp = (SERVER, int(server.base.rpartition(":")[2]))
        async with (
            breakable_path(PATH, tcp, (SERVER, port)) as path,
            taught(server, clip, base=f"http://{PATH}:{tcp[1]}") as lesson,
        ):
            await asyncio.sleep(SEEN_S)
            path.go_down()
            await asyncio.sleep(seconds)
            assert not lesson.witness.present()
            path.go_up()
            back = await lesson.back(time.monotonic(), BACK_S)
            await asyncio.sleep(1)
            await lesson.end()
            await stands(lesson, seconds)
    assert path.dropped > 100
    assert len(back) == SOURCES
    assert max(back.values()) <= BACK_S, back


async def stands(lesson: Taught, seconds: float) -> None:
    """The journal tells who was away; presence is whole, and all that was recorded plays."""
    events = [line.event for line in (await lesson.journal()).lines]
    away = [one for one in events if isinstance(one, DeviceAway)]
    assert len(away) == sum(isinstance(one, DeviceBack) for one in events)
    assert len(away) == (3 if seconds > AWAY_S else 0)
    lost = [one for one in events if isinstance(one, DeviceLeft) and one.reason == "link_lost"]
    assert lost == []
    host = lesson.lesson["rooms"][0]["participant"]
    for who, reasons in (await lesson.presence()).items():
        # The host room's other device, the teacher's page, goes no way that broke.
        broken = seconds > AWAY_S and who != host
        assert reasons == (["link_lost", "lesson_over"] if broken else ["lesson_over"])
