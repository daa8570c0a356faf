"""What the media path costs: worker and recorder as the server runs them, under a measured load.

`python -m bench.media --rooms 1 --subscribers 50 --seconds 10 --json`. Each room has one publisher
(720p30 H.264 of about 1.5 Mbit/s, and Opus) and so many receivers; everything is recorded. The two
processes are the real ones and are driven over their real boundaries; signaling and HTTP are not
part of it. Exit status 3: the load generator was short of CPU, the figures say nothing.
"""

import argparse
import asyncio
import json
import os
import socket
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psutil

from bench.boundary import Child
from bench.load import Load as Generator
from bench.orders import Join, camera, downward, microphone, upward
from recorder import requests as recording
from server.media import requests as media
from signaling.events import Codec, Kind
from signaling.ids import LessonId, PeerId

JOIN_EVERY_S = 0.02
"""Between two receivers that join."""
SETTLE_S = 2.0
"""Between the last join and the measurement."""
GENERATOR_CORES = 0.9
GENERATOR_LATE_MS = 15.0
"""A generator that used more CPU or ticked later than this is short of it."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run."""

    rooms: int
    """Lessons."""
    subscribers: int
    """Receivers in each."""
    seconds: float
    """Measured."""
    us_per_forward: float
    """CPU microseconds of worker and recorder per packet that arrived at one receiver."""
    worker_us: float
    """The worker's part of it."""
    recorder_us: float
    """The recorder's."""
    loss: float
    """Share of the packets that arrived nowhere, 0 to 1; nothing is asked for again."""
    added_delay_ms_p50: float
    """From the publisher's send to the receiver's kernel."""
    added_delay_ms_p99: float
    """The same, 99th percentile."""
    join_ms_p50: float
    """From the request to open a peer to its first picture's first packet."""
    kb_per_peer: float
    """Resident memory of the worker per receiver."""
    server_cores: float
    """CPU seconds of worker and recorder per second."""
    forwarded: int
    """Packets that arrived."""
    recorded: int
    """Bytes of media on disk at the end, all rooms."""
    generator_cores: float
    """CPU seconds of the load generator per second."""
    generator_late_ms: float
    """99th percentile of how late its clock ticked."""
    other_cores: float
    """CPU seconds per second of everything else on the machine: how much was in the way."""
    valid: bool
    """Whether the generator had enough CPU."""


class Server:
    """Worker and recorder with the tap between them."""

    def __init__(self) -> None:
        self._flows: dict[str, asyncio.Event] = {}
        self.worker = Child(media.REQUEST, media.NOTICE, self._worker_told)
        """The media worker."""
        self.recorder = Child(recording.REQUEST, recording.NOTICE, self._recorder_told)
        """The recorder."""

    async def start(self) -> None:
        """Run both, with a tap of the kernel's largest buffers."""
        tap = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in tap:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        await self.worker.start("server.media.worker", tap[0], "--listen", "127.0.0.1:0")
        await self.recorder.start("recorder.process", tap[1])
        for end in tap:
            end.close()

    def _worker_told(self, notice: media.Notice) -> None:
        match notice:
            case media.SourceFlows(source=source):
                self.flows(source).set()
            case media.PeerLost(peer=peer, why=why):
                print(f"peer {peer} was lost: {why}", file=sys.stderr)
            case _:
                pass

    def flows(self, source: str) -> asyncio.Event:
        """Set as soon as packets of a source come."""
        return self._flows.setdefault(source, asyncio.Event())

    def _recorder_told(self, notice: recording.Notice) -> None:
        match notice:
            case recording.WantKeyFrame(source=source):
                self.worker.send(media.AskKeyFrame(source=source))
            case recording.Failed(why=why):
                print(f"the recorder failed: {why}", file=sys.stderr)
            case _:
                pass

    async def load(self) -> media.Load:
        """The worker's counters."""
        number = next(self.worker.ids)
        return await self.worker.ask(media.ReadLoad(id=number), number, media.Load)

    async def record(self, room: int, folder: Path) -> None:
        """Open a room's gates and keep both of its sources."""
        lesson = LessonId(f"bench-{room}")
        (folder / lesson).mkdir()
        number = next(self.recorder.ids)
        order = recording.OpenLesson(
            id=number, lesson=lesson, folder=str(folder / lesson), zero=time.monotonic()
        )
        await self.recorder.ask(order, number, recording.LessonReady)
        for source, kind, codec, handle in (
            (camera(room), Kind.CAMERA, Codec.H264, 2 * room + 1),
            (microphone(room), Kind.MICROPHONE, Codec.OPUS, 2 * room + 2),
        ):
            self.recorder.send(
                recording.OpenSource(
                    lesson=lesson, source=source, handle=handle, kind=kind, codec=codec
                )
            )
            self.worker.send(media.SetTap(source=source, handle=handle))
            self.worker.send(media.SetGate(source=source, open=True))

    async def finish(self, room: int) -> int:
        """Close a room's recording; its bytes."""
        number = next(self.recorder.ids)
        order = recording.CloseLesson(id=number, lesson=LessonId(f"bench-{room}"), end=1e6)
        return (await self.recorder.ask(order, number, recording.LessonClosed)).written

    async def open_peer(self, order: media.OpenPeer) -> media.PeerOpened:
        """Expect a peer."""
        return await self.worker.ask(order, order.id, media.PeerOpened)


class Bench:
    """One run: rooms are filled, measured and emptied."""

    def __init__(self, rooms: int, subscribers: int, seconds: float) -> None:
        self._rooms = rooms
        self._subscribers = subscribers
        self._seconds = seconds
        self._server = Server()
        self._generator = Generator()

    async def run(self, folder: Path) -> Figures:
        """All of it."""
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[:1])  # what is started inherits it
        await self._server.start()
        os.sched_setaffinity(0, cores[1:] or cores)
        await self._generator.start()
        try:
            for room in range(self._rooms):
                await self._publish(room, folder)
            empty = await self._server.load()
            joins = await self._fill()
            return await self._measure(empty, joins)
        finally:
            await self._generator.stop()
            await self._server.worker.stop()
            await self._server.recorder.stop()
            os.sched_setaffinity(0, cores)

    async def _publish(self, room: int, folder: Path) -> None:
        await self._join(f"up-{room}", room, None)
        await self._server.flows(camera(room)).wait()
        await self._server.flows(microphone(room)).wait()
        await self._server.record(room, folder)

    async def _fill(self) -> list[float]:
        joining = []
        async with asyncio.TaskGroup() as tasks:
            for index in range(self._rooms * self._subscribers):
                room, base = index % self._rooms, 10_000 + 3 * index
                ssrcs = (base, base + 1, base + 2)
                joining.append(tasks.create_task(self._join(f"down-{index}", room, ssrcs)))
                await asyncio.sleep(JOIN_EVERY_S)
        return [task.result() for task in joining]

    async def _join(self, peer: str, room: int, ssrcs: tuple[int, int, int] | None) -> float:
        """One more peer; how many seconds it took."""
        since = time.monotonic()
        hashed = self._generator.fingerprint
        order = media.OpenPeer(
            id=next(self._server.worker.ids),
            peer=PeerId(peer),
            lesson=LessonId(f"bench-{room}"),
            agreement=upward(room, hashed) if ssrcs is None else downward(ssrcs, hashed),
        )
        opened = await self._server.open_peer(order)
        if ssrcs is not None:
            slots = (
                media.SlotBinding(mid="0", source=camera(room)),
                media.SlotBinding(mid="1", source=microphone(room)),
            )
            self._server.worker.send(media.Bind(peer=PeerId(peer), slots=slots))
        join = Join(
            peer=peer,
            room=room,
            publishes=ssrcs is None,
            transport=opened.transport,
            since=since,
        )
        return await self._generator.join(join)

    async def _measure(self, empty: media.Load, joins: list[float]) -> Figures:
        server = self._server
        await asyncio.sleep(SETTLE_S)
        full = await server.load()
        before, began = (server.worker.cpu(), server.recorder.cpu()), time.monotonic()
        busy = busy_seconds()
        measuring = asyncio.create_task(self._generator.measure(self._seconds))
        await asyncio.sleep(self._seconds)
        worker, recorder = server.worker.cpu() - before[0], server.recorder.cpu() - before[1]
        took = time.monotonic() - began
        busy = busy_seconds() - busy
        measured = await measuring
        recorded = sum([await server.finish(room) for room in range(self._rooms)])
        per_packet = 1e6 / max(1, measured.received)
        peers = self._rooms * self._subscribers
        return Figures(
            rooms=self._rooms,
            subscribers=self._subscribers,
            seconds=self._seconds,
            us_per_forward=round((worker + recorder) * per_packet, 2),
            worker_us=round(worker * per_packet, 2),
            recorder_us=round(recorder * per_packet, 2),
            loss=round(1 - measured.received / max(1, measured.expected), 5),
            added_delay_ms_p50=round(measured.delays_ms[0], 3),
            added_delay_ms_p99=round(measured.delays_ms[1], 3),
            join_ms_p50=round(float(np.median(joins)) * 1000, 1),
            kb_per_peer=round((full.rss - empty.rss) / peers / 1024, 1),
            server_cores=round((worker + recorder) / took, 3),
            forwarded=measured.received,
            recorded=recorded,
            generator_cores=round(measured.cores, 3),
            generator_late_ms=round(measured.late_ms, 2),
            other_cores=round(max(0, busy - worker - recorder) / took - measured.cores, 2),
            valid=has_enough_cpu(measured.cores, measured.late_ms),
        )


def has_enough_cpu(cores: float, late_ms: float) -> bool:
    """Whether a generator that used so much and ticked so late was not short of CPU."""
    return cores < GENERATOR_CORES and late_ms < GENERATOR_LATE_MS


def busy_seconds() -> float:
    """CPU seconds that all of the machine has worked."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - times.iowait - times.guest - times.guest_nice


async def measure(rooms: int, subscribers: int, seconds: float) -> Figures:
    """One run in a folder of its own, which is removed."""
    with tempfile.TemporaryDirectory(prefix="tongke-bench-") as folder:
        return await Bench(rooms, subscribers, seconds).run(Path(folder))


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.media", description=__doc__)
    parser.add_argument("--rooms", type=int, default=1)
    parser.add_argument("--subscribers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = asyncio.run(measure(given.rooms, given.subscribers, given.seconds))
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print("\n".join(f"{name:20} {value}" for name, value in asdict(figures).items()))
    if not figures.valid:
        print("the load generator was short of CPU: these figures say nothing", file=sys.stderr)
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
