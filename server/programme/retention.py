"""How long a lesson's media and records are kept; pure. A choice may keep the media longer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice

from server.programme.refusal import Refusal, RefusedError

LONGEST_REASON = 200
"""Characters."""
MOST_YEARS = 3
"""For so long at most something is chosen to be kept; then somebody chooses anew."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How long is kept what."""

    begins: tuple[tuple[int, int], ...] = ((3, 1), (9, 1))
    """Month and day on which the terms of a year begin."""
    media_terms: int = 1
    """Whole terms after a lesson's own to whose end its media are kept."""
    record_years: int = 3
    """Years after a lesson for which journal, presence, roll, comments and viewings are kept, and
    after which lines of the audit log go: the pairing round."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A choice to keep a lesson's media; a later one of the same lesson counts in its place."""

    id: str
    """Random; sorts by time."""
    lesson: str
    """Which lesson."""
    chosen_by: str
    """The account of whoever chose."""
    until: date
    """The first day on which they are not kept for this any more."""
    why: str
    """What for; empty where what was chosen before is taken back."""


def media_until(held: date, terms: Terms) -> date:
    """The first day on which the media of a lesson held that day are not kept any more."""
    return next(islice(_begins(held + timedelta(days=1), terms, 1), terms.media_terms, None))


def media_before(today: date, terms: Terms) -> date:
    """Before which day those lessons were held whose media are not kept any more."""
    return next(islice(_begins(today, terms, -1), terms.media_terms, None))


def records_until(held: date, terms: Terms) -> date:
    """The first day on which the records of a lesson held that day are not kept any more."""
    return _years_on(held, terms.record_years)


def records_before(today: date, terms: Terms) -> date:
    """Before which day those lessons were held whose records are not kept any more."""
    day = _years_on(today, -terms.record_years)
    return day if day.day != today.day else day + timedelta(days=1)


def check(kept: Kept, today: date) -> None:
    """Whether something may be chosen so.

    Raises:
        RefusedError: there is no reason or a very long one, or its end is past or too far away.
    """
    if not kept.why:
        raise RefusedError(Refusal.KEEP_WHY_MISSING)
    if len(kept.why) > LONGEST_REASON:
        raise RefusedError(Refusal.ROLL_WHY_TOO_LONG, most=LONGEST_REASON)
    if not today < kept.until <= _years_on(today, MOST_YEARS):
        raise RefusedError(Refusal.KEEP_END_UNFIT, most=MOST_YEARS)


def _begins(day: date, terms: Terms, step: int) -> Iterator[date]:
    """On which days terms begin, from that day on, forward or (`step` -1) back."""
    for year in count(day.year, step):
        for month, first in sorted(terms.begins, reverse=step < 0):
            begins = date(year, month, first)
            if (begins - day).days * step >= 0:
                yield begins


def _years_on(day: date, years: int) -> date:
    """The same day so many years on; the first of March in place of a 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
