"""Lines of schools: how much they carry, by whom that is said, and what was sent on them."""

from datetime import datetime, timedelta
from typing import Final, TypedDict

from server.actions.acting import check, concern, entry
from server.actions.organisations import found
from server.programme.link import LinkBudget, LinkTest, Origin, RecentLessons, kbps, measured
from server.programme.organisation import OFFICES, Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Reach, may, reach
from server.programme.screen import Screen
from server.store.database import Database
from server.store.links import Links

SPANS: Final = (1, 7, 90)
"""Days that a plot may show."""


RECENT: Final = timedelta(days=7)
"""What the list says of lessons is about this time."""


class LineWords(TypedDict):
    """A school's line as a page is given it."""

    id: str
    name: str
    down_kbps: int | None
    up_kbps: int | None
    origin: str | None
    at: str | None
    may_change: bool


class RecentWords(TypedDict):
    """How the lessons of a school went in the last `RECENT`."""

    lessons: int
    stills: int
    low: int
    last: str | None


class ListedWords(LineWords):
    """A line as it stands in the list."""

    recent: RecentWords


StepWords = tuple[str, str, str, str, int | None]
"""When (ISO 8601, UTC), lesson, step, reason, kbit/s that the path carried if that was measured."""


class HistoryWords(TypedDict):
    """What the receivers of a school got."""

    since: str
    until: str
    steps: list[StepWords]
    """Oldest first; the first may be from before `since`."""


async def listed(database: Database, acting: Acting, now: datetime) -> list[ListedWords]:
    """The lines of the schools whose equipment somebody may see, by region and name.

    Raises:
        RefusedError: whoever asks may see no equipment at all.
    """
    if reach(acting.capacity, Action.SEE_DEVICES) is Reach.NONE:
        raise RefusedError(Refusal.NOT_YOURS)
    seen = await Links(database).seen_by(acting)
    recent = await Links(database).recent(acting, now - RECENT)
    return [
        ListedWords(**_words(acting, school, budget), recent=_recent(recent.get(school.id)))
        for school, budget in seen
    ]


async def set_budget(
    database: Database, acting: Acting, school: str, down: str, up: str, now: datetime
) -> LineWords:
    """Say how much the line of a school carries; no test changes that any more.

    Raises:
        RefusedError: there is no such school, a number is unfit, or this is not allowed.
    """
    here = await _school(database, school)
    check(acting, Action.CHANGE_LINK, concern(here))
    budget = LinkBudget(down_kbps=kbps(down), up_kbps=kbps(up), origin=Origin.TYPED, at=now)
    await Links(database).keep(school, budget, entry(acting, Action.CHANGE_LINK, now))
    return _words(acting, here, budget)


async def take_test(database: Database, screen: Screen, test: LinkTest, now: datetime) -> bool:
    """What the screen of a classroom measured; whether the budget of its school is now that."""
    school, links = screen.classroom.organisation.id, Links(database)
    budget = measured(await links.budget(school), test, now)
    if budget is None:
        return False
    await links.keep(school, budget, entry(screen.acting, Action.CHANGE_LINK, now))
    return True


async def history(
    database: Database, acting: Acting, school: str, days: int, now: datetime
) -> HistoryWords:
    """What receivers of a school got in the last days.

    Raises:
        RefusedError: there is no such school, or its equipment is not for whoever asks.
    """
    here = await _school(database, school)
    check(acting, Action.SEE_DEVICES, concern(here))
    since = now - timedelta(days=days)
    steps = await Links(database).steps(school, since)
    return HistoryWords(
        since=since.isoformat(),
        until=now.isoformat(),
        steps=[
            (one.at.isoformat(), one.lesson, one.step, one.reason, one.available_kbps)
            for one in steps
        ],
    )


async def _school(database: Database, school: str) -> Organisation:
    """One whose line it can be: offices teach no lessons."""
    here = await found(database, school)
    if here.kind in OFFICES:
        raise RefusedError(Refusal.ORGANISATION_UNKNOWN)
    return here


def _recent(known: RecentLessons | None) -> RecentWords:
    if known is None:
        return RecentWords(lessons=0, stills=0, low=0, last=None)
    return RecentWords(
        lessons=known.lessons,
        stills=known.stills,
        low=known.low,
        last=None if known.last is None else known.last.isoformat(),
    )


def _words(acting: Acting, school: Organisation, budget: LinkBudget | None) -> LineWords:
    return LineWords(
        id=school.id,
        name=school.name,
        down_kbps=None if budget is None else budget.down_kbps,
        up_kbps=None if budget is None else budget.up_kbps,
        origin=None if budget is None else budget.origin,
        at=None if budget is None else budget.at.isoformat(),
        may_change=may(acting, Action.CHANGE_LINK, concern(school)),
    )
