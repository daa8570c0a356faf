"""A row's figures, from a lesson that was made up."""

import pytest

from bench.reliability.figures import Noted, Times, figures
from bench.reliability.queues import Queue
from bench.reliability.readings import Reading
from bench.reliability.rows import Link, Row
from bench.reliability.seen import Counters, Frame, Piece, Seen


def seen(quiet: tuple[float, float]) -> Seen:
    """60 s in which nothing comes for a while."""
    moments = [number / 100 for number in range(6000)]
    comes = [at for at in moments if not quiet[0] <= at < quiet[1]]
    return Seen(
        [Counters(at / 4, 12_000 * at, 120 * at, 0, 0, 0) for at in range(240)],
        [Frame(at, 720) for at in comes if round(100 * at) % 4 == 0],
        [Piece(at, 0.2) for at in comes],
    )


def noted(row: Row, quiet: tuple[float, float], waits: int = 0) -> Noted:
    """That lesson on a row's line, measured from second 20 to 50."""
    readings = [
        Reading(20 + number / 10, Queue(waits, 5000 * number, 0), Queue(0, 0, 0))
        for number in range(300)
    ]
    return Noted(
        row=row,
        browser="a browser",
        times=Times(usual=(5.0, 8.0), measured=(20.0, 50.0), lifted=50.0, end=60.0),
        seen=seen(quiet),
        line=readings,
        joined_s=1.0,
        kept_sound=1.0,
        kept_picture=1.0,
        busy=0.5,
    )


def test_a_freeze_is_in_the_figures_of_sound_and_picture() -> None:
    found = figures(noted(Row(name="row", link=Link()), (30.0, 33.0)))
    assert found.longest_freeze_s == pytest.approx(3.04, abs=0.02)
    assert found.longest_gap_s == pytest.approx(3.01, abs=0.02)
    assert found.tone_heard == pytest.approx(0.9)
    assert found.audio_heard == pytest.approx(0.99)
    assert found.frames_per_second == pytest.approx(22.5, abs=0.1)
    assert found.usual_frames == pytest.approx(25.0, abs=0.4)
    assert found.usual_height == 720
    assert found.back_s == 0.0


def test_the_line_that_it_fell_to_is_the_one_that_counts() -> None:
    row = Row(name="row", link=Link(kbps=4000), falls=Link(kbps=500))
    found = figures(noted(row, (0.0, 0.0), waits=12_500))
    assert found.queue_p95_s == pytest.approx(0.2)
    assert found.used == pytest.approx(8 * 5000 * 299 / 30 / 500_000, abs=0.001)


def test_an_outage_is_over_when_sound_and_picture_are_back() -> None:
    row = Row(name="row", link=Link(), outage=5.0)
    assert figures(noted(row, (45.0, 52.5))).back_s == 2.5
    assert figures(noted(row, (45.0, 60.0))).back_s is None
