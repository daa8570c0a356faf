"""The most viewers of one source: `python -m bench.viewers --json`.

One publisher of a picture of 1.5 Mbit/s, our server on one core, and more and more receivers of
that picture, as long as not one packet is lost and newcomers get in. What the load generator can't
carry says nothing: then the figure is what held before, and `limit` says so. Exit status 3: not
even the first step could be measured.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal

from bench.media import SETTLE_S, Work, has_enough_cpu, loaded
from bench.page import table
from bench.rooms import Rooms, publishing
from bench.server import Server

STEPS = (600, 800, 1000, 1200, 1400)
SECONDS = 6.0
Limit = Literal["loss", "lowered", "joins", "generator", "none"]
EVERY_S, AT_ONCE = 0.01, 8
"""Between two receivers that join, and how many do at once: the core is nearly busy with media."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One measurement."""

    viewers: int
    """Receivers."""
    loss: float
    """Share of the packets that arrived nowhere."""
    lowered: float
    """Share of those that came that were of a lower layer than the best that is sent."""
    us_per_forward: float
    """CPU microseconds of worker and recorder per packet that arrived."""
    delay_ms_p99: float
    """From the publisher's send to the receiver's kernel, 99th percentile."""
    server_cores: float
    """CPU seconds of worker and recorder per second."""
    generator_cores: float
    """Those of the load generator."""
    other_cores: float
    """Those of everything else on the machine."""
    valid: bool
    """Whether it had enough."""

    @property
    def holds(self) -> bool:
        """Whether everybody got everything, and the whole picture."""
        return self.valid and self.loss == self.lowered == 0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run."""

    viewers: int
    """The most that got everything; 0: not even the first step."""
    limit: Limit
    """What ended it: a loss, lower layers, newcomers shut out, the generator, or nothing."""
    steps: tuple[Step, ...]
    """Each measurement."""

    @property
    def valid(self) -> bool:
        """Whether it says anything."""
        return self.viewers > 0 or self.limit in ("loss", "lowered", "joins")


def summed_up(steps: Sequence[Step], *, shut_out: bool = False) -> Figures:
    """The figures of so many steps, of which only the last may have failed.

    `shut_out`: the newcomers of the step after the last did not get in.
    """
    held = [step.viewers for step in steps if step.holds]
    limit: Limit = "joins" if shut_out else "none"
    if len(held) < len(steps):
        limit = _fault(steps[-1])
    return Figures(viewers=max(held, default=0), limit=limit, steps=tuple(steps))


def _fault(step: Step) -> Limit:
    if not step.valid:
        return "generator"
    return "loss" if step.loss > 0 else "lowered"


async def run(folder: Path, steps: Sequence[int] = STEPS, seconds: float = SECONDS) -> Figures:
    """Add receivers until a packet is lost."""
    work, taken = Work(rooms=1, subscribers=0, sound=False), list[Step]()
    async with publishing(work.server, 1, folder) as taught:
        for viewers in steps:
            coming = viewers - taught.receivers
            if not await _let_in(taught, coming):
                return summed_up(taken, shut_out=True)
            await asyncio.sleep(SETTLE_S)
            taken.append(await _step(taught, viewers, seconds))
            print(taken[-1], file=sys.stderr, flush=True)
            if not taken[-1].holds:
                break
        await taught.finish()
    return summed_up(taken)


async def _let_in(taught: Rooms[Server], coming: int) -> bool:
    come_in = True
    try:
        await taught.fill(coming, every_s=EVERY_S, at_once=AT_ONCE)
    except* (TimeoutError, ConnectionError):
        come_in = False
    return come_in


async def _step(taught: Rooms[Server], viewers: int, seconds: float) -> Step:
    measured, used = await loaded(taught, seconds)
    busy = used.worker + used.recorder
    return Step(
        viewers=viewers,
        loss=round(1 - measured.received / max(1, measured.expected), 7),
        lowered=round(measured.lowered / max(1, measured.forwarded), 7),
        us_per_forward=round(busy * 1e6 / max(1, measured.forwarded), 2),
        delay_ms_p99=round(measured.delays_ms[1], 2),
        server_cores=round(busy / used.took, 3),
        generator_cores=round(measured.cores, 3),
        other_cores=round(max(0, used.others) / used.took - measured.cores, 2),
        valid=has_enough_cpu(measured.cores, measured.late_ms),
    )


ENDS: dict[Limit, str] = {
    "loss": "a packet was lost",
    "lowered": "the server gave some of them a lower layer",
    "joins": "the next did not get in within half a minute",
    "generator": "the load generator was short of CPU, so that this step says nothing",
    "none": "nobody asked for more",
}
"""What ended a climb, in words."""


def written(figures: Figures) -> str:
    """The most, what ended it, and a table of every step."""
    told = f"{figures.viewers:,} viewers lost nothing; then {ENDS[figures.limit]}."
    return f"{told}\n\n{steps_table(figures)}"


def steps_table(figures: Figures) -> str:
    """A line for each step."""
    names = [each.name for each in fields(Step)]
    lines = [[getattr(step, name) for name in names] for step in figures.steps]
    return table([f"`{name}`" for name in names], lines)


def measure(seconds: float | None = None, steps: Sequence[int] = STEPS) -> Figures:
    """One run in a folder of its own, which is removed; `seconds` are those of each step."""
    with tempfile.TemporaryDirectory(prefix="tongke-bench-") as folder:
        return asyncio.run(run(Path(folder), steps, seconds or SECONDS))


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.viewers", description=__doc__)
    parser.add_argument("--steps", nargs="+", type=int, default=STEPS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(given.seconds, given.steps)
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print(f"{figures.viewers}, ended by {figures.limit}")
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
