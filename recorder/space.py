"""Free space: what stops first and what starts again when. Pure; the only policy there is."""

from typing import Literal

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from signaling.events import STRICT

Step = Literal["plenty", "low", "no_new", "stopped"]
"""Enough; warn; start no new recording; media stop. The journal never stops for space."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Limits:
    """Where the steps lie; settings of the server."""

    low_share: float = 0.10
    """Share of the disk below which people are warned."""
    no_new_share: float = 0.05
    """Share of the disk below which no new recording starts."""
    stop_bytes: int = 2_000_000_000
    """Below this, open segments are closed and media stop."""
    again_bytes: int = 3_000_000_000
    """Above this, stopped media start again."""


LIMITS: TypeAdapter[Limits] = TypeAdapter(Limits)
"""Reads limits from JSON."""


def step(limits: Limits, free: int, total: int, before: Step) -> Step:
    """Where `free` of `total` bytes stands; media that stopped need `again_bytes` to start."""
    needed = limits.again_bytes if before == "stopped" else limits.stop_bytes
    if free < needed:
        return "stopped"
    share = free / total if total else 0.0
    if share < limits.no_new_share:
        return "no_new"
    return "low" if share < limits.low_share else "plenty"
