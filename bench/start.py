"""How long a second `make demo` takes to its links: `python -m bench.start --json`.

The first start makes what it needs and is not measured. Exit status 3: the machine was busy before
it began, the figure says nothing.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINK = "/lesson#"
ENDS_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run."""

    demo_start_s: float
    """From `make demo` to its first link, the second time."""
    load_before: float
    """The machine's load average, of one minute, before."""
    valid: bool
    """Whether the machine had a core to spare for it."""


def to_links() -> float:
    """Start the demo and end it as soon as it prints a link; the seconds until then.

    Raises:
        RuntimeError: it ended without one.
    """
    began = time.monotonic()
    demo = subprocess.Popen(
        ["make", "--no-print-directory", "demo"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that Ctrl-C reaches make and the demo, and nothing else
    )
    assert demo.stderr is not None
    try:
        if not any(LINK in line for line in demo.stderr):
            raise RuntimeError("the demo printed no link")
        return time.monotonic() - began
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGINT)
        demo.communicate(timeout=ENDS_S)


def measure() -> Figures:
    """Start it twice."""
    load = os.getloadavg()[0]
    to_links()
    return Figures(
        demo_start_s=round(to_links(), 2),
        load_before=round(load, 2),
        valid=has_a_core(load, os.cpu_count() or 1),
    )


def has_a_core(load: float, cores: int) -> bool:
    """Whether at least one core had nothing to do."""
    return load <= cores - 1


def main() -> int:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="bench.start", description=__doc__)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    # A shell's background job ignores Ctrl-C, and so would the demo: it went on beside all that
    # was measured next. A handler is not inherited, the default is.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    figures = measure()
    if given.json:
        print(json.dumps(asdict(figures)))
    else:
        print("\n".join(f"{name:20} {value}" for name, value in asdict(figures).items()))
    return 0 if figures.valid else 3


if __name__ == "__main__":
    sys.exit(main())
