import pytest

from client.room.effort import BUSY, LATE_S, SPAN_S, Effort

INTERVAL = 1 / 25


def after(share: float, late: float, seconds: float = 3 * SPAN_S) -> Effort:
    """Pictures that each take a share of the time to the next, and come late."""
    effort = Effort()
    for number in range(round(seconds / INTERVAL)):
        effort.took(number * INTERVAL, share * INTERVAL, late)
    return effort


@pytest.mark.parametrize(
    ("share", "late", "short"),
    [
        (0.3, 0.0, False),
        (BUSY - 0.05, 0.02, False),
        (BUSY + 0.05, 0.0, True),
        (1.2, 0.1, True),
        (0.5, LATE_S + 0.05, True),
        (0.0, 0.6, True),
    ],
)
def test_it_is_short_when_encoding_takes_most_of_the_time_or_pictures_wait(
    share: float, late: float, short: bool
) -> None:
    assert after(share, late).short is short


def test_a_moment_says_nothing() -> None:
    assert not after(1.0, 0.0, SPAN_S / 2).short


def test_it_is_over_when_encoding_is_quick_again_or_rests() -> None:
    effort = after(1.0, 0.0)
    for number in range(round(2 * SPAN_S / INTERVAL)):
        effort.took(3 * SPAN_S + number * INTERVAL, 0.2 * INTERVAL, 0.0)
    assert not effort.short
    effort = after(1.0, 0.0)
    effort.rests()
    assert not effort.short
