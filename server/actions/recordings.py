"""The list of held lessons, as pages are given it."""

from typing import TypedDict

from server.programme.rights import Acting, Action, Reach, reach
from server.store.database import Database
from server.store.lessons import StoredLesson
from server.store.recordings import Recordings, Search


class Choice(TypedDict):
    """One choice of a filter."""

    id: str
    name: str


class Recorded(TypedDict):
    """A lesson of the list."""

    lesson: str
    title: str
    subject: str | None
    opened: str
    seconds: float
    rooms: list[str]
    schools: list[str]
    teachers: list[str]


class Listing(TypedDict):
    """One page of the list."""

    lessons: list[Recorded]
    more: bool
    schools: list[Choice]
    teachers: list[Choice]
    sees_viewings: bool


async def listing(database: Database, acting: Acting, search: Search) -> Listing:
    """One page of what somebody may watch; empty for who may watch nothing."""
    repository = Recordings(database)
    found, more = await repository.found(acting, search)
    names = await repository.names(found)
    schools, teachers = await repository.choices(acting)
    return Listing(
        lessons=[_recorded(one, names) for one in found],
        more=more,
        schools=[Choice(id=one, name=name) for one, name in schools],
        teachers=[Choice(id=one, name=name) for one, name in teachers],
        sees_viewings=reach(acting.capacity, Action.SEE_VIEWINGS) is not Reach.NONE,
    )


def _recorded(stored: StoredLesson, names: dict[str, str]) -> Recorded:
    lesson = stored.lesson
    assert stored.opened is not None
    assert stored.ended is not None
    schools = dict.fromkeys(place.organisation for place in lesson.places)
    teachers = dict.fromkeys(person for place in lesson.places for person in place.teachers)
    return Recorded(
        lesson=lesson.id,
        title=lesson.title,
        subject=None if lesson.schedule is None else lesson.schedule.subject.value,
        opened=stored.opened.isoformat(),
        seconds=(stored.ended - stored.opened).total_seconds(),
        rooms=[room.name for room in lesson.rooms],
        schools=[names.get(one, "") for one in schools],
        teachers=[names.get(one, "") for one in teachers],
    )
