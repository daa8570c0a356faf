"""A media worker is replaced by a new process in the middle of a school day; nobody notices."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil
import pytest
from pydantic import TypeAdapter

from recorder.manifest import Manifest
from server.access.check_links import workers_key
from server.access.tokens import load_key
from server.web.workers import WorkerStanding
from signaling.events import JournalGap, RecordingGap, RecordingStateSet
from tests.support.caller import called
from tests.support.relay import free_port
from tests.support.served import Served, served, token, tongke
from tests.support.taught import SOURCES, Taught, taught
from tests.support.waiting import until

pytestmark = [pytest.mark.timed, pytest.mark.usefixtures("loopback")]

SEEN_S = 2.5
"""How long both lessons go on while one worker is drained, so that there is something to lose."""
LAST_S = 1.0
"""Of a recording, that its end may take."""
WORKERS: Final = TypeAdapter(list[WorkerStanding])
DRAINED_S = 10.0
"""How soon the server must have heard of a command."""


async def test_a_drained_worker_teaches_to_the_end_and_is_replaced_beside_another(
    tmp_path: Path, clip: Path
) -> None:
    ports = two_ports()
    options = ("--media-port", str(ports[0]), "--media-address", "127.0.0.1")
    async with served(tmp_path, *options, workers=2) as server, taught(server, clip) as one:
        before = await standing(server)
        number = next(each.number for each in before if each.lessons)
        words = ("workers", "drain", str(number), "--wait", "--json", "--data", str(tmp_path))
        drained = asyncio.create_task(tongke(*words))
        await until(lambda: is_draining(server, number), DRAINED_S, every=0.05)
        # The other worker gets the next lesson, and the one after it though it has more by then.
        async with taught(server, clip) as other, lobby(server):
            assert {each.number: each.lessons for each in await standing(server)} == {
                number: 1,
                1 - number: 2,
            }
            since = time.monotonic()
            await asyncio.sleep(SEEN_S)
            assert not drained.done()
            unnoticed(one, since)
            ends = [one.now]
            manifests = [await one.end()]
            after = WORKERS.validate_json(await drained)
            renewed = psutil.Process(after[number].pid).cmdline()
            assert "-m" in renewed, "it runs what is installed now, not what the nursery has read"
            unnoticed(other, since)
            ends.append(other.now)
            manifests.append(await other.end())
        for lesson, manifest, end in zip((one, other), manifests, ends, strict=True):
            await whole(lesson, manifest, end)
    pids = [(each.pid, then.pid) for each, then in zip(before, after, strict=True)]
    assert pids[number][0] != pids[number][1]
    assert pids[1 - number][0] == pids[1 - number][1]
    assert [each.listening for each in after] == [(f"127.0.0.1:{port}",) for port in ports]
    assert [each.duty for each in after] == ["open", "open"]


def unnoticed(lesson: Taught, since: float) -> None:
    """Everybody is seen and heard without a break, and no packet is missing."""
    away = lesson.witness.away(list(lesson.witness.arrivals), since)
    assert away == dict.fromkeys(away, 0.0)
    assert len(away) == SOURCES
    assert lesson.witness.loss() == 0.0


async def whole(lesson: Taught, manifest: Manifest, end: float) -> None:
    """The record of a lesson is in one piece and reaches its end; its journal tells of no gap."""
    journal = await lesson.journal()
    assert journal.sealed
    told = [line.event for line in journal.lines]
    assert not [event for event in told if isinstance(event, RecordingGap | JournalGap)]
    assert not [event for event in told if isinstance(event, RecordingStateSet) and event.on][1:]
    assert len(manifest.tracks) == SOURCES
    for track in manifest.tracks:
        await lesson.played(track)
        (part,) = track.parts
        assert part.end > end - LAST_S, track


async def standing(server: Served) -> list[WorkerStanding]:
    """How the workers stand."""
    key = await asyncio.to_thread(load_key, server.data / "secret.key")
    until = int(datetime.now(UTC).timestamp()) + 60
    ticket = workers_key(key).sign("00ff10ab77", until)
    return WORKERS.validate_json(await server.get("/api/workers", ticket))


async def is_draining(server: Served, number: int) -> bool:
    """Whether a worker is to become empty."""
    return (await standing(server))[number].duty == "draining"


@asynccontextmanager
async def lobby(server: Served) -> AsyncIterator[None]:
    """One more lesson, which its teacher has opened."""
    lesson = await server.lesson()
    async with called(server.base, token(lesson["rooms"][0]["links"]["teacher"])):
        yield


def two_ports() -> tuple[int, int]:
    """Two media ports, one after the other, that nobody has just now."""
    while True:
        port = free_port()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as following, suppress(OSError):
            following.bind(("127.0.0.1", port + 1))
            return port, port + 1
