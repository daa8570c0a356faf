"""What of a picture passes over simulated paths that jitter, grow longer or narrow, for many seeds.

Each begins as the rows of docs/reliability.md do: 8 s on a free line of 60 ms, then the line of the
row for 40 s, then the free line again.
"""

from statistics import mean

import pytest

from tests.support.bottleneck import Bottleneck
from tests.support.lesson import Lesson

FREE = 100e6
SMALL, LARGE = 180e3, 400e3
"""Bits per second of a picture's two layers."""
BEGINS, SETTLED, ENDS, OVER = 8.0, 18.0, 48.0, 56.0
SEEDS = range(10)
LONG = [(0.15, 0.03), (0.3, 0.06)]
"""Round trip, and what of it is jitter each way."""


def row(seed: int, round_trip: float, jitter: float = 0.0, rate: float = FREE) -> Lesson:
    link = Bottleneck(FREE, seed=seed)
    lesson = Lesson(link, (SMALL, LARGE), seed)
    lesson.run(BEGINS)
    link.change(BEGINS, rate)
    link.delay, link.jitter = (round_trip - jitter) / 2, jitter
    lesson.run(ENDS)
    link.change(ENDS, FREE)
    link.delay, link.jitter = 0.03, 0.0
    lesson.run(OVER)
    return lesson


@pytest.mark.parametrize(("round_trip", "jitter"), LONG)
def test_a_line_without_limit_that_jitters_carries_the_whole_picture(
    round_trip: float, jitter: float
) -> None:
    lessons = [row(seed, round_trip, jitter) for seed in SEEDS]
    shares = [lesson.share(1, SETTLED, ENDS) for lesson in lessons]
    assert min(shares) >= 0.8
    assert mean(shares) >= 0.97
    assert all(lesson.share(0, BEGINS, ENDS) == 1.0 for lesson in lessons)


@pytest.mark.parametrize("rate", [FREE, 500e3, 250e3])
@pytest.mark.parametrize(("round_trip", "jitter"), [(0.06, 0.0), *LONG])
def test_the_whole_picture_is_back_once_the_line_is_free(
    rate: float, round_trip: float, jitter: float
) -> None:
    for seed in SEEDS:
        lesson = row(seed, round_trip, jitter, rate)
        assert lesson.share(1, OVER - 1.0, OVER) == 1.0


def test_a_path_that_became_a_third_of_a_second_longer_is_no_queue_for_long() -> None:
    lesson = row(1, 0.6)
    assert lesson.receiver.carriage.queue < 0.01
    assert lesson.share(1, BEGINS + 7.0, ENDS) == 1.0
