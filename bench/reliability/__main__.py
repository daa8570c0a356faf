"""Run the rows of docs/reliability.md and write it.

`python -m bench.reliability [ROWS]` (`make reliability`), as root on a machine that does nothing
else; `ROWS` are beginnings of rows' names with semicolons between them, and the page keeps what it
says of the others. Each row is printed as a line of JSON when it ends. Exit status 3: the machine
was short of CPU in a row. Exit status 1: a target was missed. The page tells which.
"""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bench.machine import machine
from bench.namespace import enter
from bench.reliability.figures import Figures
from bench.reliability.measure import measure
from bench.reliability.page import BUSY, written
from bench.reliability.rows import Row, chosen
from bench.reliability.targets import judged

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
PATIENCE_S = 90.0
"""What a row may take beyond its time: starting, joining, ending."""


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(prog="bench.reliability", description=__doc__)
    parser.add_argument("rows", nargs="?", default="", help="beginnings of names, by semicolons")
    parser.add_argument("--keep-page", action="store_true", help="do not write the page")
    options = parser.parse_args()
    asked = chosen([word for word in options.rows.split(";") if word])
    enter("bench.reliability", sys.argv[1:])
    found = [told(row, keeps=options.keep_page) for row in asked]
    if any(one.busy > BUSY for one in found):
        print("the machine was short of CPU: those rows say little", file=sys.stderr)
        return 3
    return 0 if all(one.reached for figures in found for one in judged(figures)) else 1


def told(row: Row, *, keeps: bool) -> Figures:
    """Measure a row, print it, and write it into the page unless that is to be kept as it is."""
    figures = asyncio.run(to_its_end(row))
    print(figures.line(), flush=True)
    if not keeps:
        PAGE.write_text(written(PAGE.read_text(), [figures], machine()))
    return figures


async def to_its_end(row: Row) -> Figures:
    """Measure a row in its time; SIGTERM cancels it, so that nothing it started outlives it."""
    measuring = asyncio.create_task(measure(row))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, measuring.cancel)
    return await asyncio.wait_for(measuring, row.lasts + PATIENCE_S)


if __name__ == "__main__":
    sys.exit(main())
