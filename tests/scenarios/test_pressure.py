"""What must not be felt by a lesson: a recorder that stands still, strangers that send anything."""

import asyncio
import os
import random
import signal
import socket
import time
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession

from signaling.events import GapReason
from tests.support.hostile import cases, spoilt
from tests.support.path import SERVER, free_port
from tests.support.served import served
from tests.support.taught import taught

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("loopback")]

STOPPED_S = 5.0
STORM_S = 5.0
GROWTH = 60 << 20
"""Octets by which all processes of a server may grow under a storm."""


async def test_a_recorder_that_stands_still_is_felt_by_nobody(tmp_path: Path, clip: Path) -> None:
    async with served(tmp_path) as server, taught(server, clip) as lesson:
        await asyncio.sleep(1)
        recorder = await asyncio.to_thread(server.child, "recorder.process")
        since = time.monotonic()
        os.kill(recorder, signal.SIGSTOP)
        await asyncio.sleep(STOPPED_S)
        os.kill(recorder, signal.SIGCONT)
        felt = lesson.witness.away(list(lesson.witness.arrivals), since)
        await asyncio.sleep(2)
        manifest = await lesson.end()
        for track in manifest.tracks:
            await lesson.played(track)
            missing = [gap for gap in track.gaps if gap.start > since - lesson.zero]
            assert {gap.reason for gap in missing} <= {GapReason.RECORDER_OVERRUN}
    assert felt == dict.fromkeys(felt, 0.0)


async def test_strangers_are_felt_by_no_lesson(tmp_path: Path, clip: Path) -> None:
    port = free_port()
    options = ("--media-port", str(port), "--media-address", SERVER)
    async with served(tmp_path, *options) as server, taught(server, clip) as lesson:
        await asyncio.sleep(1)
        before = await asyncio.to_thread(memory, server.process.pid)
        since = time.monotonic()
        async with asyncio.timeout(STORM_S * 4), asyncio.TaskGroup() as tasks:
            tasks.create_task(datagrams(port, since + STORM_S))
            tasks.create_task(texts(server.base, since + STORM_S))
        felt = lesson.witness.away(list(lesson.witness.arrivals), since)
        after = await asyncio.to_thread(memory, server.process.pid)
        await lesson.end()
    assert felt == dict.fromkeys(felt, 0.0)
    assert after - before < GROWTH


def memory(pid: int) -> int:
    """Octets that a server and its children hold. Blocking."""
    server = psutil.Process(pid)
    found: int = sum(one.memory_info().rss for one in [server, *server.children(recursive=True)])
    return found


async def datagrams(port: int, until: float) -> None:
    """Send malformed and forged datagrams, about 2,000 a second."""
    dice = random.Random(3)
    kept = [*cases("stun"), *cases("dtls"), *cases("rtp"), *cases("rtcp")]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.connect((SERVER, port))
        while time.monotonic() < until:
            for _ in range(20):
                stranger.send(spoilt(dice.choice(kept), dice))
            await asyncio.sleep(0.01)


async def texts(base: str, until: float) -> None:
    """Open sockets and say something malformed on each."""
    dice = random.Random(4)
    kept = list(cases("json"))
    async with ClientSession() as http:
        while time.monotonic() < until:
            async with http.ws_connect(f"{base}/ws") as stranger:
                await stranger.send_bytes(spoilt(dice.choice(kept), dice))
                await stranger.receive(timeout=10)
            await asyncio.sleep(0.02)
