"""What benches might have measured."""

from bench.lists import Figures as Lists
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

LISTS = Lists(
    lessons=10_000,
    home_ms_max=50.0,
    week_ms_max=40.0,
    school_week_ms_max=30.0,
    district_week_ms_max=150.0,
    district_week_ms_p50=120.0,
    load_before=0.1,
    valid=True,
)


def part(delay_ms: float, late_ms: float = 4.0, tapped: int = 500) -> Part:
    """A measurement with the recorder running or stopped."""
    measured = Measured(
        expected=1000, received=999, delays_ms=(1.0, delay_ms), late_ms=late_ms, cores=0.1
    )
    return Part(measured, tapped)
