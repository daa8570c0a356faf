"""The most viewers of one source: `python -m bench.viewers --json`.

One publisher of a picture of 1.5 Mbit/s, our server on one core, and more and more receivers of
that picture, as long as not one packet is lost. What the load generator can't carry says nothing:
then the figure is what held before, and `limit` says so. Exit status 3: not even the first step
could be measured.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from bench.media import SETTLE_S, Work, has_enough_cpu, loaded
from bench.rooms import publishing

STEPS = (800, 1000, 1200, 1400, 1600)
SECONDS = 4.0
EVERY_S, AT_ONCE = 0.01, 8
"""Between two receivers that join, and how many do at once: the core is nearly busy with media."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One measurement."""

    viewers: int
    """Receivers."""
    loss: float
    """Share of the packets that arrived nowhere."""
    us_per_forward: float
    """CPU microseconds of worker and recorder per packet that arrived."""
    delay_ms_p99: float
    """From the publisher's send to the receiver's kernel, 99th percentile."""
    server_cores: float
    """CPU seconds of worker and recorder per second."""
    generator_cores: float
    """Those of the load generator."""
    valid: bool
    """Whether it had enough."""

    @property
    def holds(self) -> bool:
        """Whether everybody got everything."""
        return self.valid and self.loss == 0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run."""

    viewers: int
    """The most that got everything; 0: not even the first step."""
    limit: Literal["loss", "generator", "none"]
    """What ended it: the server's loss, the generator, or nothing, up to the last step."""
    steps: tuple[Step, ...]
    """Each measurement."""

    @property
    def valid(self) -> bool:
        """Whether it says anything."""
        return self.viewers > 0 or self.limit == "loss"


def summed_up(steps: Sequence[Step]) -> Figures:
    """The figures of so many steps, of which only the last may have failed."""
    held = [step.viewers for step in steps if step.holds]
    last = steps[-1]
    ended: Literal["loss", "none"] = "none" if last.holds else "loss"
    return Figures(
        viewers=max(held, default=0),
        limit=ended if last.valid else "generator",
        steps=tuple(steps),
    )


async def run(folder: Path, steps: Sequence[int] = STEPS) -> Figures:
    """Add receivers until a packet is lost."""
    work, taken = Work(rooms=1, subscribers=0, sound=False), list[Step]()
    async with publishing(work.server, 1, folder) as taught:
        for viewers in steps:
            coming = viewers - taught.receivers
            await taught.fill(coming, every_s=EVERY_S, at_once=AT_ONCE)
            await asyncio.sleep(SETTLE_S)
            measured, used = await loaded(taught, SECONDS)
            taken.append(
                Step(
                    viewers=viewers,
                    loss=1 - measured.received / max(1, measured.expected),
                    us_per_forward=round(
                        (used.worker + used.recorder) * 1e6 / max(1, measured.forwarded), 2
                    ),
                    delay_ms_p99=round(measured.delays_ms[1], 2),
                    server_cores=round((used.worker + used.recorder) / used.took, 3),
                    generator_cores=round(measured.cores, 3),
                    valid=has_enough_cpu(measured.cores, measured.late_ms),
                )
            )
            if not taken[-1].holds:
                break
        await taught.finish()
    return summed_up(taken)


def measure() -> Figures:
    """One run in a folder of its own, which is removed."""
    with tempfile.TemporaryDirectory(prefix="tongke-bench-") as folder:
        return asyncio.run(run(Path(folder)))


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.viewers", description=__doc__)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure()
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print(*figures.steps, f"{figures.viewers}, ended by {figures.limit}", sep="\n")
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
