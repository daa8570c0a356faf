"""What benches might have measured."""

from bench.orders import Measured
from bench.pages import Waits
from bench.stopped import Part

WAITS = Waits.of(
    [
        {"tapped": 1000.0, "answered": 1100.0, "live": 1060.0, "pictured": 1100.0 + late}
        for late in (100.0, 200.0, 480.0)
    ],
    [(150.0, 160.0), (250.0, 270.0)],
    [40],
)


def part(delay_ms: float, late_ms: float = 4.0, tapped: int = 500) -> Part:
    """A measurement with the recorder running or stopped."""
    measured = Measured(
        expected=1000, received=999, delays_ms=(1.0, delay_ms), late_ms=late_ms, cores=0.1
    )
    return Part(measured, tapped)
