"""What forwarding adds to a packet's way while the recorder runs, and while it stands still.

`python -m bench.stopped --seconds 5 --json`: one room, ten receivers, worker and recorder as the
server runs them; three measurements, the recorder stopped (SIGSTOP) during the second. Exit status
3: the load generator was short of CPU, the figures say nothing.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from bench.media import SETTLE_S, has_enough_cpu
from bench.orders import Measured
from bench.rooms import Rooms, publishing
from bench.server import Server

SUBSCRIBERS = 10


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run."""

    added_delay_ms_p99: float
    """From the publisher's send to the receiver's kernel, while the recorder runs."""
    stopped_delay_ms_p99: float
    """The same while it is stopped."""
    after_delay_ms_p99: float
    """The same while it makes up for it."""
    ratio: float
    """Stopped to running."""
    loss: float
    """Share of the packets that never came, of all three."""
    tapped: float
    """Packets handed to the tap while the recorder is stopped, to those while it runs; what a full
    tap does not take is given up, so that nothing waits."""
    recorded: int
    """Bytes of media on disk at the end."""
    generator_late_ms: float
    """How late the generator's clock ticked, 99th percentile, in the worst of the three."""
    valid: bool
    """Whether the generator had enough CPU all the time."""


class Part(NamedTuple):
    """One measurement."""

    measured: Measured
    """By the generator."""
    tapped: int
    """Packets handed to the recorder meanwhile."""


async def run(seconds: float, folder: Path) -> Figures:
    """Measure, stop the recorder, measure, let it go on, measure."""
    async with publishing(Server(), 1, folder) as taught:
        await taught.fill(SUBSCRIBERS)
        await asyncio.sleep(SETTLE_S)
        running = await _part(taught, seconds)
        stopped = await _stopped(taught, seconds)
        after = await _part(taught, seconds)
        recorded = await taught.finish()
    return summed_up(running, stopped, after, recorded)


async def _part(taught: Rooms[Server], seconds: float) -> Part:
    before = await taught.server.load()
    measured = await taught.generator.measure(seconds)
    return Part(measured, (await taught.server.load()).tapped - before.tapped)


async def _stopped(taught: Rooms[Server], seconds: float) -> Part:
    recorder = taught.server.recorder.usage
    recorder.suspend()
    try:
        return await _part(taught, seconds)
    finally:
        recorder.resume()


def summed_up(running: Part, stopped: Part, after: Part, recorded: int) -> Figures:
    """The figures of three measurements in a run that kept `recorded` bytes of media."""
    every = (running.measured, stopped.measured, after.measured)
    normal, halted, later = (one.delays_ms[1] for one in every)
    expected = max(1, sum(one.expected for one in every))
    return Figures(
        added_delay_ms_p99=round(normal, 2),
        stopped_delay_ms_p99=round(halted, 2),
        after_delay_ms_p99=round(later, 2),
        ratio=round(halted / max(0.001, normal), 2),
        loss=round(1 - sum(one.received for one in every) / expected, 5),
        tapped=round(stopped.tapped / max(1, running.tapped), 2),
        recorded=recorded,
        generator_late_ms=round(max(one.late_ms for one in every), 2),
        valid=all(has_enough_cpu(one.cores, one.late_ms) for one in every),
    )


def measure(seconds: float) -> Figures:
    """One run in a folder of its own, which is removed."""
    with tempfile.TemporaryDirectory(prefix="tongke-bench-") as folder:
        return asyncio.run(run(seconds, Path(folder)))


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.stopped", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(given.seconds)
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print("\n".join(f"{name:20} {value}" for name, value in asdict(figures).items()))
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
