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
    comments: int


class Listing(TypedDict):
    """One page of the list."""

    lessons: list[Recorded]
    more: bool
    schools: list[Choice]
    teachers: list[Choice]
    classes: list[Choice]
    sees_viewings: bool


async def listing(database: Database, acting: Acting, search: Search) -> Listing:
    """One page of what somebody may watch; empty for who may watch nothing.

    The classes to choose from are those of the school that is asked for, or of one's own.
    """
    repository = Recordings(database)
    found, more = await repository.found(acting, search)
    names = await repository.names(found)
    comments = await repository.comments(found)
    classes = await repository.classes(acting, search.school or acting.organisation)
    schools, teachers = await repository.choices(acting)
    return Listing(
        lessons=[_recorded(one, names, comments.get(one.lesson.id, 0)) for one in found],
        more=more,
        schools=[Choice(id=one, name=name) for one, name in schools],
        teachers=[Choice(id=one, name=name) for one, name in teachers],
        classes=[Choice(id=one, name=name) for one, name in classes],
        sees_viewings=reach(acting.capacity, Action.SEE_VIEWINGS) is not Reach.NONE,
    )


def _recorded(stored: StoredLesson, names: dict[str, str], comments: int) -> Recorded:
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
        comments=comments,
    )
