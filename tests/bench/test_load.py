import asyncio
import sys
from pathlib import Path

import pytest

from bench.load import Load
from bench.orders import RESULT, Hashed, Join, Joined, Measured
from signaling.agreement import Fingerprint, Transport

HASHED = Hashed(fingerprint=Fingerprint(algorithm="sha-256", value="AB"))
MEASURED = Measured(expected=2, received=1, delays_ms=(1.0, 2.0), late_ms=2.0, cores=0.1)
JOIN = Join(
    peer="late",
    room=0,
    publishes=False,
    transport=Transport(ufrag="u", password="p", fingerprint=HASHED.fingerprint, candidates=()),
    since=0.0,
)


def says(folder: Path, *lines: bytes) -> str:
    """A generator that says each line when it gets an order, and the first one at once."""
    script = folder / "said.py"
    script.write_text(
        f"import sys\nfor line in {list(lines)!r}:\n"
        "    sys.stdout.buffer.write(line + b'\\n')\n    sys.stdout.flush()\n"
        "    sys.stdin.readline()\n"
    )
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}"\n')
    python.chmod(0o755)
    return str(python)


async def test_a_peer_that_joins_after_it_was_given_up_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    results = (HASHED, Joined(peer="late", seconds=40.0), MEASURED)
    lines = [RESULT.dump_json(one) for one in results]
    monkeypatch.setattr(sys, "executable", says(tmp_path, *lines))
    load = Load()
    await load.start()
    joining = asyncio.create_task(load.join(JOIN))
    await asyncio.sleep(0)  # so that it has asked
    joining.cancel()
    async with asyncio.timeout(5):
        assert await load.measure(0.0) == MEASURED
    await load.stop()
