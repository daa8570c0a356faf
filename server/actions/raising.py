"""The grades of a school rise: try it, then have it done, once a school year."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from server.actions.acting import check, concern, entry
from server.actions.organisations import found as organisation_found
from server.programme.attendance import SCHOOL_TIME
from server.programme.raising import Raising, raising, school_year
from server.programme.raising import check as check_raising
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action
from server.store.database import Database
from server.store.raisings import Raisings, Standing


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How the classes of a school are to rise."""

    top: int | None
    """The grade from which pupils graduate; none: as the classes tell."""
    stay: frozenset[str]
    """Ids of classes that stay as they are."""
    after: str | None
    """When it was done last in this school year, as whoever wants it was told; none: not yet."""


class RisingWords(TypedDict):
    """What becomes of one class."""

    id: str
    name: str
    to: str | None
    """What it is called from then on; none if it graduates, or stays."""
    stays: bool
    taken: bool
    """Whether a class that stays has that name."""
    lessons: int
    """Lessons to come that keep it from graduating."""


class RaisingWords(TypedDict):
    """What becomes of the classes of a school, from the top grade down."""

    top: int
    year: int
    """The school year for which they rise, by the year in which it begins."""
    last: str | None
    """When it was done last in this school year."""
    fits: bool
    """Whether it can be done like this."""
    classes: list[RisingWords]


async def tried(
    database: Database, acting: Acting, school: str, wanted: Wanted, now: datetime
) -> RaisingWords:
    """Say what would become of the classes of a school; nothing is changed.

    Raises:
        RefusedError: there is no such school, a class is above its top grade, or this is not
            allowed.
    """
    await _check(database, acting, school)
    standing = await Raisings(database).standing(school, now)
    found = raising(standing.groups, wanted.top, wanted.stay)
    return _words(standing, found, wanted, now)


async def done(
    database: Database, acting: Acting, school: str, wanted: Wanted, now: datetime
) -> RaisingWords:
    """Let the classes of a school rise; what is told is what was done.

    Raises:
        RefusedError: as `tried`, no class rises, two would have one name, one that graduates has
            lessons to come, or it was done before and `after` does not say so.
    """
    await _check(database, acting, school)
    before: list[Standing] = []

    def decide(standing: Standing) -> Raising:
        before.append(standing)
        _check_again(standing, wanted, now)
        found = raising(standing.groups, wanted.top, wanted.stay)
        check_raising(found)
        return found

    line = entry(acting, Action.RAISE_GRADES, now)
    found = await Raisings(database).apply(school, decide, line)
    return _words(before[0], found, wanted, now)


async def _check(database: Database, acting: Acting, school: str) -> None:
    place = await organisation_found(database, school)
    check(acting, Action.RAISE_GRADES, concern(place))


def _check_again(standing: Standing, wanted: Wanted, now: datetime) -> None:
    last = _last(standing, now)
    if last is not None and wanted.after != last.isoformat():
        day = last.astimezone(SCHOOL_TIME).date()
        raise RefusedError(Refusal.RAISE_DONE, day=day.isoformat())


def _last(standing: Standing, now: datetime) -> datetime | None:
    """When it was done last, if that was for the same school year."""
    last = standing.last
    return last if last is not None and _year(last) == _year(now) else None


def _year(at: datetime) -> int:
    return school_year(at.astimezone(SCHOOL_TIME).date())


def _words(standing: Standing, found: Raising, wanted: Wanted, now: datetime) -> RaisingWords:
    last = _last(standing, now)
    classes = [
        RisingWords(
            id=one.group.id,
            name=str(one.group.name),
            to=None if one.name is None else str(one.name),
            stays=False,
            taken=one in found.taken,
            lessons=standing.lessons.get(one.group.id, 0) if one.name is None else 0,
        )
        for one in found.steps
    ]
    stays = [
        RisingWords(id=one.id, name=str(one.name), to=None, stays=True, taken=False, lessons=0)
        for one in standing.groups
        if one.id in wanted.stay
    ]
    return RaisingWords(
        top=found.top,
        year=_year(now),
        last=None if last is None else last.isoformat(),
        fits=bool(classes) and not any(one["taken"] or one["lessons"] for one in classes),
        classes=[*classes, *stays],
    )
