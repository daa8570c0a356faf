"""IP cameras for tests: GStreamer's RTSP server as a program of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = Path(__file__).parent / "rtsp_server.py"


@contextmanager
def cameras() -> Iterator[str]:
    """Where the cameras' addresses begin, during the block. Blocking."""
    with subprocess.Popen(
        ["/usr/bin/python3", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"rtsp://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.stdin.close()
