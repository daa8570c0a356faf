"""A compiled twin built with AddressSanitizer and UBSan, and a program that throws at it."""

import os
import subprocess
import sys
from pathlib import Path

from signaling.compiled import build

SEED = 20_261_126


def thrown(program: str, folder: Path, checked: Path, seconds: float) -> int:
    """Run `python -m program LIBRARY SECONDS SEED`; what it counted. Asserts that nothing broke.

    `folder` has the sources, `checked` is where they are built.
    """
    assert build.build(folder, checked, build.CHECKED)
    command = build.compiler()
    assert command is not None
    asked = [command, "-print-file-name=libasan.so"]
    runtime = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    sanitized = {
        "LD_PRELOAD": runtime,
        # Python frees little of its own at the end.
        "ASAN_OPTIONS": "detect_leaks=0",
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }
    # All else goes first: it has no clock, and takes what the tests beside it leave of two cores.
    fuzz = ["nice", "-n", "19", sys.executable, "-m", program, str(checked)]
    run = subprocess.run(
        [*fuzz, str(seconds), str(SEED)],
        env={**os.environ, **sanitized},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    return int(run.stdout)
