"""The line itself: what it delays, loses, holds back and cuts, seen by packets on it."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bench.reliability.network import FAR, NEAR, THERE, WeakNetwork, weak_network
from bench.reliability.queues import Gauge
from bench.reliability.rows import FREE, Link

pytestmark = [pytest.mark.slow, pytest.mark.alone]

PORT = 9
ECHO = """
import socket
here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
here.bind(("0.0.0.0", 9))
print("ready", flush=True)
while True:
    here.sendto(*here.recvfrom(4096))
"""


@asynccontextmanager
async def echo(network: WeakNetwork) -> AsyncIterator[None]:
    """Somebody there who sends back whatever comes."""
    words = (*network.inside, "python3", "-c", ECHO)
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    await process.stdout.readline()
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def round_trips(count: int, every: float = 0.003, size: int = 100) -> list[float]:
    """Seconds that packets took there and back; what was lost is left out."""
    found: list[float] = []
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.setblocking(False)
        near.connect((THERE, PORT))
        loop.add_reader(near, lambda: found.append(time.monotonic() - float(near.recv(4096)[:20])))
        for _ in range(count):
            near.send(f"{time.monotonic():020.9f}".encode().ljust(size, b"."))
            await asyncio.sleep(every)
        await asyncio.sleep(0.35)
        loop.remove_reader(near)
    return sorted(found)


async def fullest(gauge: Gauge) -> int:
    """The most octets that waited during half a second."""
    found = []
    for _ in range(50):
        await asyncio.sleep(0.01)
        if (queue := gauge.read()) is not None:
            found.append(queue.waits)
    gauge.close()
    return max(found)


async def test_the_line_does_what_its_link_says() -> None:
    async with weak_network() as network, echo(network):
        free = await round_trips(20)
        assert len(free) == 20
        assert free[0] >= 0.06
        assert free[10] < 0.15

        await network.change(Link(loss=0.2))
        assert 0.5 < len(await round_trips(200, every=0.001)) / 200 < 0.78

        await network.change(Link(kbps=500))
        sending = asyncio.create_task(round_trips(80, every=0.001, size=1000))
        down, up = await asyncio.gather(fullest(Gauge(NEAR)), fullest(Gauge(FAR, network.name)))
        assert 0.15 < (await sending)[-1] - 0.06 < 0.4
        assert down > 10_000
        assert up < 4000

        await network.change(FREE)
        network.cut()
        assert await round_trips(5) == []
        network.mend()
        assert len(await round_trips(5)) == 5
        await network.change(Link(udp=False))
        assert await round_trips(5) == []
