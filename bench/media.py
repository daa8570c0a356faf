"""What the media path costs: worker and recorder as the server runs them, under a measured load.

`python -m bench.media --rooms 1 --subscribers 50 --seconds 10 --json`. Each room has one publisher
(720p30 H.264 of about 1.5 Mbit/s, and Opus) and so many receivers; everything is recorded. The two
processes are the real ones and are driven over their real boundaries; signaling and HTTP are not
part of it. Exit status 3: the load generator was short of CPU, the figures say nothing.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

from bench.endpoint import PROFILES
from bench.engine import NoCompilerError
from bench.orders import Measured
from bench.rooms import AT_ONCE, Rooms, SideT, neighbour, publishing, same
from bench.server import Server
from bench.sides import Side
from server.media.pumps import WANTED, Wanted

SETTLE_S = 2.0
"""Between the last join and the measurement."""
GENERATOR_CORES = 0.85
GENERATOR_LATE_MS = 15.0
"""A generator that used more CPU or ticked later than this is short of it."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """One kind of load."""

    rooms: int
    """Each has one publisher."""
    subscribers: int
    """Receivers in each."""
    srtp: str = "aes-128-gcm"
    """The profile, by `bench.endpoint.PROFILES`."""
    paired: bool = False
    """Whether two rooms make one lesson and watch each other."""
    newcomers: int = 0
    """Receivers that join each room while it is measured, evenly over the time."""
    remb: bool = False
    """Whether receivers tell a bandwidth and reports only, and no transport-wide feedback."""

    pump: Wanted = "auto"
    """Which of our pumps forwards."""
    sound: bool = True
    """Whether receivers get the sound too."""
    at_once: int = AT_ONCE
    """Receivers that join at once at most, before it is measured."""

    @property
    def server(self) -> Server:
        """A server of ours for it."""
        together = 2 if self.paired else 1
        return Server(together, self.pump, wide=not self.remb, sound=self.sound)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run."""

    rooms: int
    """Rooms, each with one publisher."""
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
    """Share of the packets that arrived nowhere, 0 to 1; what is sent again counts nowhere."""
    added_delay_ms_p50: float
    """From the publisher's send to the receiver's kernel."""
    added_delay_ms_p99: float
    """The same, 99th percentile."""
    added_delay_ms_max: float
    """The same, the latest of all."""
    join_ms_p50: float
    """From the request to open a peer to the first packet of its first key frame."""
    join_ms_p99: float
    """The same, 99th percentile."""
    kb_per_peer: float
    """Resident memory of the worker per receiver."""
    server_cores: float
    """CPU seconds of worker and recorder per second."""
    forwarded: int
    """Packets that arrived."""
    lowered: float
    """Share of them that were of a lower layer: receivers to whom the server gave less."""
    recorded: int
    """Bytes of media on disk at the end, all rooms."""
    nacks: int
    """Packets that receivers asked for again, one in 200."""
    wide_feedbacks: int
    """Messages of transport-wide feedback that they sent."""
    generator_cores: float
    """CPU seconds of the load generator per second."""
    generator_late_ms: float
    """99th percentile of how late its clock ticked."""
    other_cores: float
    """CPU seconds per second of everything else on the machine: how much was in the way."""
    valid: bool
    """Whether the generator had enough CPU."""


async def run(server: Side, work: Work, seconds: float, folder: Path) -> Figures:
    """Fill so many rooms and measure them."""
    async with publishing(server, work.rooms, folder, srtp=work.srtp, remb=work.remb) as taught:
        empty = server.rss()
        watched = neighbour if work.paired else same
        joins = await taught.fill(work.subscribers, watched, at_once=work.at_once)
        await asyncio.sleep(SETTLE_S)
        full = server.rss()
        joining = asyncio.create_task(_newcomers(taught, work, seconds))
        measured, used = await loaded(taught, seconds)
        joins += await joining
        recorded = await taught.finish()
    grown = (full - empty) / (work.rooms * work.subscribers) / 1024
    return _figures(work, seconds, measured, used, joins, grown, recorded)


async def _newcomers(taught: Rooms[Side], work: Work, seconds: float) -> list[float]:
    if not work.newcomers:
        return []
    every_s = seconds / (work.rooms * work.newcomers)
    return await taught.fill(work.newcomers, every_s=every_s)


def _figures(
    work: Work,
    seconds: float,
    measured: Measured,
    used: "Used",
    joins: list[float],
    grown: float,
    recorded: int,
) -> Figures:
    per_packet = 1e6 / max(1, measured.forwarded)
    median, slow = np.percentile(joins, [50, 99]) * 1000
    return Figures(
        rooms=work.rooms,
        subscribers=work.subscribers,
        seconds=seconds,
        us_per_forward=round((used.worker + used.recorder) * per_packet, 2),
        worker_us=round(used.worker * per_packet, 2),
        recorder_us=round(used.recorder * per_packet, 2),
        loss=round(1 - measured.received / max(1, measured.expected), 5),
        added_delay_ms_p50=round(measured.delays_ms[0], 3),
        added_delay_ms_p99=round(measured.delays_ms[1], 3),
        added_delay_ms_max=round(measured.worst_ms, 3),
        join_ms_p50=round(float(median), 1),
        join_ms_p99=round(float(slow), 1),
        kb_per_peer=round(grown, 1),
        server_cores=round((used.worker + used.recorder) / used.took, 3),
        forwarded=measured.forwarded,
        lowered=round(measured.lowered / max(1, measured.forwarded), 5),
        recorded=recorded,
        nacks=measured.nacks,
        wide_feedbacks=measured.wide_feedbacks,
        generator_cores=round(measured.cores, 3),
        generator_late_ms=round(measured.late_ms, 2),
        other_cores=round(max(0, used.others) / used.took - measured.cores, 2),
        valid=has_enough_cpu(measured.cores, measured.late_ms),
    )


class Used(NamedTuple):
    """CPU seconds of a measurement."""

    worker: float
    """Of what forwards."""
    recorder: float
    """Of what records beside it."""
    others: float
    """Of everything else on the machine, the generator too."""
    took: float
    """Seconds it lasted."""


async def loaded(taught: Rooms[SideT], seconds: float) -> tuple[Measured, Used]:
    """Measure for so long: what came, and the CPU it took."""
    before, began, busy = taught.server.cpu(), time.monotonic(), busy_seconds()
    measuring = asyncio.create_task(taught.generator.measure(seconds))
    await asyncio.sleep(seconds)
    after = taught.server.cpu()
    ours = (after[0] - before[0], after[1] - before[1])
    took, busy = time.monotonic() - began, busy_seconds() - busy
    return await measuring, Used(*ours, busy - sum(ours), took)


def has_enough_cpu(cores: float, late_ms: float) -> bool:
    """Whether a generator that used so much and ticked so late was not short of CPU."""
    return cores < GENERATOR_CORES and late_ms < GENERATOR_LATE_MS


def busy_seconds() -> float:
    """CPU seconds that all of the machine has worked."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - times.iowait - times.guest - times.guest_nice


async def measure(work: Work, seconds: float) -> Figures:
    """One run of ours in a folder of its own, which is removed."""
    return await of(work.server, work, seconds)


async def of(server: Side, work: Work, seconds: float) -> Figures:
    """One run of a server that has not been started, in a folder of its own, which is removed."""
    with tempfile.TemporaryDirectory(prefix="tongke-bench-") as folder:
        return await run(server, work, seconds, Path(folder))


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.media", description=__doc__)
    parser.add_argument("--rooms", type=int, default=1)
    parser.add_argument("--subscribers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--srtp", choices=PROFILES, default="aes-128-gcm")
    parser.add_argument("--paired", action="store_true", help="two rooms watch each other")
    parser.add_argument("--newcomers", type=int, default=0, help="join each room meanwhile")
    parser.add_argument("--remb", action="store_true", help="receivers without transport-cc")
    parser.add_argument("--pump", choices=WANTED, default="auto")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    work = Work(
        rooms=given.rooms,
        subscribers=given.subscribers,
        srtp=given.srtp,
        paired=given.paired,
        newcomers=given.newcomers,
        remb=given.remb,
        pump=given.pump,
    )
    try:
        figures = asyncio.run(measure(work, given.seconds))
    except NoCompilerError as error:
        print(error, file=sys.stderr)
        return 1
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print("\n".join(f"{name:20} {value}" for name, value in asdict(figures).items()))
    if not figures.valid:
        print("the load generator was short of CPU: these figures say nothing", file=sys.stderr)
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
