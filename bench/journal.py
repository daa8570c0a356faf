"""From a command to the event told at another device, while the lesson is being recorded.

`python -m bench.journal --seconds 10 --json`: a whole `tongke serve`, a room whose picture and
sound are recorded, and a second device that is told. Exit status 3: nothing was recorded, the
figures say nothing.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import aiohttp
import numpy as np

from bench.client import Client
from bench.load import Load as Generator
from bench.offer import extensions, layers, offer, transport
from bench.orders import Join
from signaling.events import Kind, Layout, LayoutSet
from signaling.ids import PeerId
from signaling.messages import (
    Answer,
    EndLesson,
    Offer,
    SetLayout,
    SourceOffer,
    StartLesson,
    ToDevice,
    Told,
)

COMMANDS_PER_S = 20
SETTLE_S = 2.0
PORT, MEDIA_PORT = 18_390, 18_391
TONGKE = str(Path(sys.executable).with_name("tongke"))


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run."""

    commands: int
    """How many were sent."""
    told_ms_p50: float
    """From sending a command to its event at another device."""
    told_ms_p99: float
    """The same, 99th percentile."""
    told_ms_max: float
    """The slowest."""
    recorded: int
    """Bytes of media on disk."""
    valid: bool
    """Whether something was recorded meanwhile."""


class Arrivals:
    """When each layout event came at the second device."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[float] = asyncio.Queue()
        """CLOCK_MONOTONIC of each, in order."""

    def __call__(self, message: ToDevice) -> None:
        """A message has come."""
        if isinstance(message, Told) and isinstance(message.event, LayoutSet):
            self.came.put_nowait(time.monotonic())


async def publish(teacher: Client, generator: Generator) -> None:
    """Send a picture and a sound from a running load generator as the teacher's device."""
    since = time.monotonic()
    sources = (
        SourceOffer(mid="0", name="camera", kind=Kind.CAMERA),
        SourceOffer(mid="1", name="microphone", kind=Kind.MICROPHONE),
    )
    answer = await teacher.ask(
        Offer(
            id=next(teacher.ids),
            peer=PeerId("bench"),
            direction="up",
            sdp=offer(generator.fingerprint, 0),
            sources=sources,
        )
    )
    assert isinstance(answer, Answer)
    join = Join(
        peer="up",
        room=0,
        publishes=True,
        layers=layers(answer.sdp),
        extensions=extensions(answer.sdp),
        transport=transport(answer.sdp),
        since=since,
    )
    await generator.join(join)


async def command(teacher: Client, told: Arrivals, seconds: float) -> list[float]:
    """Change the layout again and again; the seconds until each was told."""
    delays = []
    layouts = (Layout.SPEAKER, Layout.EQUAL)
    for number in range(int(seconds * COMMANDS_PER_S)):
        sent = time.monotonic()
        asking = asyncio.create_task(
            teacher.ask(SetLayout(id=next(teacher.ids), layout=layouts[number % 2]))
        )
        async with asyncio.timeout(10):
            delays.append(await told.came.get() - sent)
        await asking
        await asyncio.sleep(max(0.0, sent + 1 / COMMANDS_PER_S - time.monotonic()))
    return delays


async def lesson(links: dict[str, str], seconds: float) -> list[float]:
    """One lesson with two devices; the seconds until each command was told."""
    told = Arrivals()
    async with aiohttp.ClientSession() as http:
        teacher, room = Client(links["teacher"], lambda _: None), Client(links["room"], told)
        await teacher.join(http)
        await room.join(http)
        generator = Generator()
        await generator.start()
        await publish(teacher, generator)
        await teacher.ask(StartLesson(id=next(teacher.ids)))
        await asyncio.sleep(SETTLE_S)
        delays = await command(teacher, told, seconds)
        await teacher.ask(EndLesson(id=next(teacher.ids)))
        await generator.stop()
        await teacher.leave()
        await room.leave()
    return delays


def summed_up(delays: list[float], recorded: int) -> Figures:
    """The figures of a run that kept `recorded` bytes of media."""
    median, worst = np.percentile(delays, [50, 99]) * 1000
    return Figures(
        commands=len(delays),
        told_ms_p50=round(float(median), 2),
        told_ms_p99=round(float(worst), 2),
        told_ms_max=round(max(delays) * 1000, 2),
        recorded=recorded,
        valid=recorded > 100_000,
    )


def plan(data: Path) -> dict[str, str]:
    """A lesson of two classrooms: the host teacher's link and the other room's."""
    command = [TONGKE, "lesson", "create", "--data", str(data), "--title", "bench"]
    command += ["--host-room", "A", "--room", "B", "--json"]
    made = subprocess.run(command, check=True, capture_output=True)
    rooms = json.loads(made.stdout)["rooms"]
    host = next(room for room in rooms if room["host"])
    other = next(room for room in rooms if not room["host"])
    return {"teacher": host["links"]["teacher"], "room": other["links"]["room"]}


def measure(seconds: float, port: int, media_port: int) -> Figures:
    """One run in a data folder of its own, which is removed."""
    with tempfile.TemporaryDirectory(prefix="tongke-bench-") as folder:
        data = Path(folder)
        command = [TONGKE, "serve", "--data", folder, "--host", "127.0.0.1"]
        command += ["--port", str(port), "--media-port", str(media_port), "--trust-proxy"]
        command += ["--workers", "1"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            asyncio.run(healthy(port))
            delays = asyncio.run(lesson(plan(data), seconds))
            recorded = sum(path.stat().st_size for path in data.rglob("part-*"))
            return summed_up(delays, recorded)
        finally:
            server.terminate()
            server.wait(20)


async def healthy(port: int) -> None:
    """Wait until the server answers."""
    async with aiohttp.ClientSession() as http, asyncio.timeout(20):
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{port}/healthz") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.journal", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--media-port", type=int, default=MEDIA_PORT)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(given.seconds, given.port, given.media_port)
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print("\n".join(f"{name:12} {value}" for name, value in asdict(figures).items()))
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
