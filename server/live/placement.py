"""On which media worker a lesson is placed (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

EXPECTED_CPU: Final = 0.05
"""Share of a core that a lesson is taken to need until its worker was measured with it; two rooms
that publish and watch cost less (docs/performance.md)."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one worker and its recorder stand."""

    number: int
    """Which."""
    alive: bool
    """Whether its worker answers."""
    draining: bool
    """Whether it is to become empty."""
    cpu: float
    """Share of a core that its worker used when it was measured last."""
    placed: int
    """Lessons that were placed on it since."""
    lessons: int
    """Lessons that it has."""


def least_loaded(standings: Iterable[Standing]) -> int | None:
    """The worker for one more lesson; none if none lives.

    One that is to become empty has it only where no other lives: a lesson is worth the wait.
    """
    living = [one for one in standings if one.alive]
    return min(living, key=_load).number if living else None


def _load(standing: Standing) -> tuple[bool, int, int, int]:
    """What it uses and will, in lessons; of two alike the one with fewer, then the first.

    Whole lessons, because what an idle worker uses differs from measurement to measurement.
    """
    expected = round(standing.cpu / EXPECTED_CPU) + standing.placed
    return standing.draining, expected, standing.lessons, standing.number
