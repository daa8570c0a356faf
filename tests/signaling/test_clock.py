"""Lesson time across restarts and machines."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.clock import LessonClock, Sample, away_since, stamp

VECTORS = json.loads(Path(__file__, "../../vectors/clock.json").resolve().read_text())
ZERO = "2026-11-23T08:00:00+00:00"


def test_a_stamp_is_whole_milliseconds_and_never_negative() -> None:
    assert stamp(1.23456) == 1.235
    assert stamp(-0.5) == 0.0


def test_a_restart_goes_on_by_the_wall_clock() -> None:
    assert away_since(ZERO, datetime(2026, 11, 23, 8, 10, tzinfo=UTC), last=590.0) == 10.0


def test_a_wall_clock_that_was_set_back_never_runs_the_lesson_backwards() -> None:
    assert away_since(ZERO, datetime(2026, 11, 23, 8, 5, tzinfo=UTC), last=590.0) == 0.0


def test_nothing_is_known_before_the_first_ping() -> None:
    assert LessonClock().at(100.0) is None


@given(
    waits=st.lists(st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)), min_size=1, max_size=80),
    offset=st.floats(-1e6, 1e6),
)
def test_the_offset_is_wrong_by_at_most_half_the_smallest_round_trip(
    waits: list[tuple[float, float]], offset: float
) -> None:
    clock = LessonClock()
    for second, (there, back) in enumerate(waits):
        lesson = second * 0.5 + there
        clock.add(Sample(second * 0.5 + offset, lesson + back + offset, lesson))
    best = clock.best
    assert best is not None
    assert abs(best.offset - offset) <= best.round_trip / 2 + 1e-6
    assert best.round_trip <= sum(waits[-1]) + 1e-6


@pytest.mark.parametrize("story", VECTORS, ids=lambda story: story["name"])
def test_the_browser_reckons_the_same(story: dict[str, list[list[float]]]) -> None:
    clock = LessonClock()
    for sent, received, lesson, offset, rtt in story["samples"]:
        clock.add(Sample(sent, received, lesson))
        assert clock.best is not None
        assert clock.best.offset == pytest.approx(offset)
        assert clock.best.round_trip == pytest.approx(rtt)
