"""What benches might have measured."""

from dataclasses import replace

from bench.comparison import Run, SideName
from bench.compose import Figures as Film
from bench.lists import Answered
from bench.lists import Figures as Lists
from bench.media import Figures
from bench.office import Office, Work
from bench.orders import Measured
from bench.pages import Waits
from bench.stopped import Part
from bench.viewers import Figures as Most
from bench.viewers import Step

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
    lists=(
        Answered(name="home", ms_p50=40.0, ms_max=50.0, cpu_ms=30.0, kilobytes=20.0),
        Answered(name="week", ms_p50=30.0, ms_max=40.0, cpu_ms=20.0, kilobytes=20.0),
    ),
    load_before=0.1,
    valid=True,
)

FILM = Film(
    minutes=40.0,
    piece_s_mean=4.0,
    piece_s_max=8.0,
    ready_s=30.0,
    megabytes=100.0,
    load_before=0.1,
    valid=True,
)


def work(*, ran_out: bool = False) -> Work:
    """What an office did: two rosters, a sign-in."""
    done = Work("", Office(schools=[], people=[], roster=b""))
    done.imports += [2.0, 3.0]
    done.sign_ins.append(1.0)
    done.ran_out = ran_out
    return done


def part(delay_ms: float, late_ms: float = 4.0, tapped: int = 500) -> Part:
    """A measurement with the recorder running or stopped."""
    measured = Measured(
        expected=1000, received=999, delays_ms=(1.0, delay_ms), late_ms=late_ms, cores=0.1
    )
    return Part(measured, tapped)


FORWARDED = Figures(
    rooms=1,
    subscribers=100,
    seconds=5.0,
    us_per_forward=4.0,
    worker_us=3.5,
    recorder_us=0.5,
    loss=0.0,
    added_delay_ms_p50=1.0,
    added_delay_ms_p99=2.0,
    added_delay_ms_max=3.0,
    join_ms_p50=250.0,
    join_ms_p99=400.0,
    kb_per_peer=150.0,
    server_cores=0.1,
    forwarded=100_000,
    lowered=0.0,
    recorded=2_000_000,
    nacks=500,
    wide_feedbacks=0,
    generator_cores=0.1,
    generator_late_ms=4.0,
    other_cores=0.0,
    valid=True,
)
"""A run of the media path."""

VIEWED = Most(
    viewers=1200,
    limit="none",
    steps=(
        Step(
            viewers=1200,
            loss=0.0,
            lowered=0.0,
            us_per_forward=3.0,
            delay_ms_p99=5.0,
            server_cores=0.5,
            generator_cores=0.5,
            other_cores=0.1,
            valid=True,
        ),
    ),
)
"""The most viewers that were asked for."""


def compared_run(
    row: str, side: SideName, us_per_forward: float, *, forwarded: int = 100_000, valid: bool = True
) -> Run:
    """One run of the comparison."""
    figures = replace(FORWARDED, us_per_forward=us_per_forward, forwarded=forwarded, valid=valid)
    return Run(row=row, side=side, run=0, server=side, load=0.5, figures=figures)
