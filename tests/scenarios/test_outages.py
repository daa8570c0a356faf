"""The path between a school and the server carries nothing for 1, 6 and 20 s, then again."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from signaling.events import DeviceAway, DeviceBack, DeviceLeft
from tests.support.path import SERVER, breakable_path, free_port
from tests.support.served import served
from tests.support.taught import SOURCES, Taught, taught

pytestmark = [pytest.mark.timed, pytest.mark.usefixtures("loopback")]

BACK_S = 3.0
SEEN_S = 2.0
AWAY_S = 5.0
"""After so long without a word the server notices."""


async def test_media_are_back_three_seconds_after_packets_pass_again(
    tmp_path: Path, clip: Path
) -> None:
    # Two schools, each with a server of its own: the longest outage takes as long as all others.
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(broken(tmp_path / "often", clip, "127.0.0.2", (1, 6)))
        tasks.create_task(broken(tmp_path / "long", clip, "127.0.0.3", (20,)))


async def broken(data: Path, clip: Path, at: str, outages: Sequence[int]) -> None:
    """A lesson by way of a path at an address, with one outage of so many seconds after another."""
    port = free_port()
    options = ("--media-port", str(port), "--media-address", SERVER, "--public-address", at)
    async with served(data, *options) as server:
        tcp = (SERVER, int(server.base.rpartition(":")[2]))
        async with (
            breakable_path(at, tcp, (SERVER, port)) as path,
            taught(server, clip, base=f"http://{at}:{tcp[1]}") as lesson,
        ):
            missed = 0
            for seconds in outages:
                await asyncio.sleep(SEEN_S)
                dropped = path.dropped
                path.go_down()
                await asyncio.sleep(seconds)
                assert not lesson.witness.present()
                path.go_up()
                back = await lesson.back(time.monotonic(), BACK_S)
                assert path.dropped > dropped + 100
                assert len(back) == SOURCES
                assert max(back.values()) <= BACK_S, (seconds, back)
                missed += seconds > AWAY_S
                assert await away(lesson) == 3 * missed
            await lesson.end()
            await stands(lesson, missed)


async def away(lesson: Taught) -> int:
    """How often a device was missed, as the journal tells; each is back."""
    events = [line.event for line in (await lesson.journal()).lines]
    found = sum(isinstance(one, DeviceAway) for one in events)
    assert found == sum(isinstance(one, DeviceBack) for one in events)
    return found


async def stands(lesson: Taught, missed: int) -> None:
    """Nobody was given up; presence tells how often who was away."""
    events = [line.event for line in (await lesson.journal()).lines]
    lost = [one for one in events if isinstance(one, DeviceLeft) and one.reason == "link_lost"]
    assert lost == []
    host = lesson.lesson["rooms"][0]["participant"]
    for who, reasons in (await lesson.presence()).items():
        # The host room's other device, the teacher's page, goes no way that broke.
        broken = ["link_lost"] * (0 if who == host else missed)
        assert reasons == [*broken, "lesson_over"]
