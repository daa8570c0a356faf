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

from bench.orders import Measured
from bench.rooms import Rooms, publishing

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


async def run(rooms: int, subscribers: int, seconds: float, folder: Path) -> Figures:
    """Fill so many rooms and measure them."""
    async with publishing(rooms, folder) as taught:
        empty = await taught.server.load()
        joins = await taught.fill(subscribers)
        await asyncio.sleep(SETTLE_S)
        full = await taught.server.load()
        measured, used = await loaded(taught, seconds)
        recorded = await taught.finish()
    per_packet = 1e6 / max(1, measured.received)
    return Figures(
        rooms=rooms,
        subscribers=subscribers,
        seconds=seconds,
        us_per_forward=round((used.worker + used.recorder) * per_packet, 2),
        worker_us=round(used.worker * per_packet, 2),
        recorder_us=round(used.recorder * per_packet, 2),
        loss=round(1 - measured.received / max(1, measured.expected), 5),
        added_delay_ms_p50=round(measured.delays_ms[0], 3),
        added_delay_ms_p99=round(measured.delays_ms[1], 3),
        join_ms_p50=round(float(np.median(joins)) * 1000, 1),
        kb_per_peer=round((full.rss - empty.rss) / (rooms * subscribers) / 1024, 1),
        server_cores=round((used.worker + used.recorder) / used.took, 3),
        forwarded=measured.received,
        recorded=recorded,
        generator_cores=round(measured.cores, 3),
        generator_late_ms=round(measured.late_ms, 2),
        other_cores=round(max(0, used.others) / used.took - measured.cores, 2),
        valid=has_enough_cpu(measured.cores, measured.late_ms),
    )


class Used(NamedTuple):
    """CPU seconds of a measurement."""

    worker: float
    """Of the media worker."""
    recorder: float
    """Of the recorder."""
    others: float
    """Of everything else on the machine, the generator too."""
    took: float
    """Seconds it lasted."""


async def loaded(taught: Rooms, seconds: float) -> tuple[Measured, Used]:
    """Measure for so long: what came, and the CPU it took."""
    worker, recorder = taught.server.worker, taught.server.recorder
    before, began, busy = (worker.cpu(), recorder.cpu()), time.monotonic(), busy_seconds()
    measuring = asyncio.create_task(taught.generator.measure(seconds))
    await asyncio.sleep(seconds)
    ours = (worker.cpu() - before[0], recorder.cpu() - before[1])
    took, busy = time.monotonic() - began, busy_seconds() - busy
    return await measuring, Used(*ours, busy - sum(ours), took)


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
        return await run(rooms, subscribers, seconds, Path(folder))


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
