"""What the figures of a page were measured on."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil


def machine() -> str:
    """What it ran on, in one line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    gigabytes = psutil.virtual_memory().total / 2**30
    return (
        f"{len(models)} × {models[0] if models else platform.machine()}, {gigabytes:.0f} GB, "
        f"Linux {platform.release()}, Python {platform.python_version()}, "
        f"aiortc {version('aiortc')}, load {os.getloadavg()[0]:.2f} before, "
        f"{datetime.now(UTC):%d %B %Y}."
    )
