from datetime import date

import pytest

from server.programme.calendar import week_of_term, yearly

TERMS = (date(2027, 2, 22), date(2026, 9, 1))
"""A Monday and a Tuesday."""


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 8, 30), None),
        (date(2026, 8, 31), 1),
        (date(2026, 9, 6), 1),
        (date(2026, 9, 7), 2),
        (date(2026, 11, 25), 13),
        (date(2027, 1, 31), 22),
        (date(2027, 2, 1), None),
        (date(2027, 2, 22), 1),
        (date(2027, 3, 1), 2),
    ],
)
def test_a_week_is_counted_from_the_monday_of_the_terms_first_day(
    day: date, week: int | None
) -> None:
    assert week_of_term(TERMS, day) == week


def test_where_nobody_said_when_terms_begin_no_week_is_counted() -> None:
    assert week_of_term((), date(2026, 9, 1)) is None


@pytest.mark.parametrize(
    ("begins", "days"),
    [
        ((), ((3, 1), (9, 1))),
        (TERMS, ((2, 22), (9, 1))),
        ((date(2027, 9, 2), date(2026, 9, 1)), ((3, 1), (9, 2))),
        ((date(2028, 2, 29), date(2026, 8, 31)), ((2, 28), (8, 31))),
    ],
)
def test_terms_of_other_years_begin_as_was_said_last(
    begins: tuple[date, ...], days: tuple[tuple[int, int], ...]
) -> None:
    assert yearly(begins) == days
