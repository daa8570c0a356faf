"""The school calendar: which week of its term a day is in; pure."""

from collections.abc import Sequence
from datetime import date, timedelta

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


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
