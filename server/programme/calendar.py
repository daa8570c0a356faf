"""The school calendar: which week of its term a day is in; pure."""

from collections.abc import Sequence
from datetime import date, timedelta

SPRING, AUTUMN = (3, 1), (9, 1)
"""Month and day on which terms begin where nobody said."""
WEEKS = 22
"""No term is longer; after that a day is in the holidays until the next one begins."""


def week_of_term(begins: Sequence[date], day: date) -> int | None:
    """The number of the week (周次) that a day is in; 1 is the week of the term's first day.

    Args:
        begins: the first day of each term, in any order.
        day: on a school's calendar.

    Returns:
        None in the holidays, and where nobody said when terms begin.
    """
    begun = [first for first in begins if _monday(first) <= day]
    if not begun:
        return None
    week = (day - _monday(max(begun))).days // 7 + 1
    return week if week <= WEEKS else None


def yearly(begins: Sequence[date]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Month and day on which the terms of any year begin: as was said last, each for its half.

    A year has two, in spring (February to July) and in autumn. 29 February is not in every year.
    """
    spring, autumn = SPRING, AUTUMN
    for first in sorted(begins):
        day = first.month, min(first.day, 28) if first.month == 2 else first.day
        if 2 <= first.month <= 7:
            spring = day
        else:
            autumn = day
    return spring, autumn


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
