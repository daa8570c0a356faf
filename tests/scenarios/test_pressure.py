"""What must not be felt by a lesson: a recorder that stands still, strangers that send anything."""

import asyncio
import json
import os
import random
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import psutil
import pytest
from aiohttp import ClientSession

from recorder.manifest import Track
from signaling.errors import Code
from signaling.events import GapReason, Kind, RecordingGap
from signaling.ids import PeerId
from signaling.messages import TO_DEVICE, Answer, Closed, Offer, Refused, SourceOffer
from signaling.offer import OFFER_LIMIT
from signaling.wire import SIZE_LIMIT
from tests.support.caller import called
from tests.support.clips import write_snow
from tests.support.hostile import case, cases, spoilt
from tests.support.mutation import mutate
from tests.support.offers import NAMES, offer
from tests.support.path import SERVER, free_port
from tests.support.served import pupils_token, served
from tests.support.taught import Taught, taught

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("loopback")]

STOPPED_S = 5.0
STORM_S = 5.0
RESUMED_S = 5.0
GROWTH = 60 << 20
"""Octets by which all processes of a server may grow under a storm."""


async def test_a_recorder_that_stands_still_is_felt_by_nobody(tmp_path: Path, clip: Path) -> None:
    snow = tmp_path / "snow.mkv"
    await asyncio.to_thread(write_snow, snow, 3)
    much = ("--class-camera", str(snow), "--bitrate", "3000")
    little = ("--tap-bytes", "262144")
    async with served(tmp_path, *little) as server, taught(server, clip, *much) as lesson:
        await asyncio.sleep(4)
        recorder = await asyncio.to_thread(server.child, "recorder.process")
        since = time.monotonic()
        os.kill(recorder, signal.SIGSTOP)
        await asyncio.sleep(STOPPED_S)
        os.kill(recorder, signal.SIGCONT)
        goes_on = lesson.now
        felt = lesson.witness.away(list(lesson.witness.arrivals), since)
        await asyncio.sleep(RESUMED_S)
        told = [event for event in lesson.teacher.events if isinstance(event, RecordingGap)]
        manifest = await lesson.end()
        stopped = since - lesson.zero
        missing = [gap for track in manifest.tracks for gap in track.gaps if gap.end > stopped]
        for track in manifest.tracks:
            await lesson.played(track)
            assert kept_from(track, goes_on) < RESUMED_S
    assert felt == dict.fromkeys(felt, 0.0)
    assert missing, "the tap took it all"
    assert {gap.reason for gap in missing} == {GapReason.RECORDER_OVERRUN}
    assert {(gap.start, gap.end) for gap in missing} <= {(gap.start, gap.end) for gap in told}
    assert all(stopped < gap.start < goes_on + 1 for gap in missing)


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
            tasks.create_task(offers(lesson, since + STORM_S))
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


async def offers(lesson: Taught, until: float) -> None:
    """Offer as a pupil what no browser would; every offer gets an answer or a coded refusal."""
    dice = random.Random(5)
    own = await pupils_token(lesson.server, lesson.lesson, "小明")
    async with called(lesson.server.base, own) as pupil:
        for sdp in cases("sdp"):
            for direction in ("down", "up"):
                answer = await pupil.ask(offering(sdp.decode(), direction))
                assert isinstance(answer, Refused | Answer)
                # None of them is the pool; a picture with its sound may be asked for alone.
                small = isinstance(answer, Answer) and 0 < len(answer.slots) <= 2
                assert direction == "up" or small or isinstance(answer, Refused)
                await asyncio.sleep(0.02)
        only_receives = case("sdp", "sections_that_only_receive.txt").decode()
        answer = await pupil.ask(offering(only_receives, "up"))
        assert isinstance(answer, Refused)
        assert answer.code is Code.BAD_SDP
        while time.monotonic() < until:
            lines = offer(dice.choice(NAMES)).splitlines()
            for _ in range(3):
                mutate(lines, dice)
            text = "\r\n".join(lines)[:OFFER_LIMIT]
            answer = await pupil.ask(offering(text, dice.choice(("up", "down"))))
            assert isinstance(answer, Refused | Answer)
            await asyncio.sleep(0.02)
        assert not pupil.closed
        for length, code in ((OFFER_LIMIT + 1, Code.MALFORMED), (SIZE_LIMIT, Code.TOO_LARGE)):
            assert await closed_with(lesson.server.base, length) is code


def offering(sdp: str, direction: Literal["up", "down"]) -> Callable[[int], Offer]:
    """An offer of a camera in the section 0, or of a pool."""
    camera = SourceOffer(mid="0", name="camera", kind=Kind.CAMERA)
    sources = (camera,) if direction == "up" else ()
    return lambda n: Offer(
        id=n, peer=PeerId(f"peer-{n}"), direction=direction, sdp=sdp or " ", sources=sources
    )


async def closed_with(base: str, length: int) -> Code:
    """With which word a connection ends that offers so many characters."""
    text = json.dumps(
        {"type": "offer", "id": 1, "peer": "p", "direction": "up", "sdp": "v" * length}
    )
    async with ClientSession() as http, http.ws_connect(f"{base}/ws") as stranger:
        await stranger.send_str(text)
        told = TO_DEVICE.validate_json((await stranger.receive(timeout=10)).data)
    assert isinstance(told, Closed)
    return told.code


def kept_from(track: Track, at: float) -> float:
    """Seconds behind a moment at which a track's media go on."""
    parts = [part for part in track.parts if part.end > at]
    return max(0.0, min(part.start for part in parts) - at)
