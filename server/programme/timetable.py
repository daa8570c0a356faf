"""Making a lesson of the timetable out of what somebody planned; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.programme import schedule as schedules
from server.programme.lesson import Lesson, Room
from server.programme.organisation import named
from server.programme.place import Place
from server.programme.schedule import Schedule

LONGEST_ROOM = 40
"""Characters of a room's name in a lesson: it stands under a picture."""


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """A place with what people call it."""

    place: Place
    """Where and with whom."""
    classroom: str
    """The classroom's name."""
    school: str
    """The name of its school."""


def timetabled(
    title: str,
    schedule: Schedule,
    rooms: Sequence[Hosted],
    new_id: Callable[[], str],
    before: Lesson | None = None,
) -> Lesson:
    """The lesson that is taught from the first of these rooms.

    One that was planned `before` keeps its id, and its classrooms keep theirs, so that links
    still lead to them.

    Raises:
        RefusedError: it can't be taught like this.
    """
    host, *receiving = (room.place for room in rooms)
    schedules.check(schedule, host, tuple(receiving))
    known = {} if before is None else _participants(before)
    names = room_names(rooms)
    return Lesson(
        id=new_id() if before is None else before.id,
        title=named(title),
        planned_seconds=schedule.seconds,
        rooms=tuple(
            Room(
                participant=known.get(room.place.classroom) or new_id(),
                name=name,
                host=position == 0,
                place=room.place,
            )
            for position, (room, name) in enumerate(zip(rooms, names, strict=True))
        ),
        schedule=schedule,
    )


def room_names(rooms: Sequence[Hosted]) -> list[str]:
    """What the rooms are called in the lesson: with their schools where there are several."""
    if len({room.school for room in rooms}) == 1:
        return [room.classroom[:LONGEST_ROOM] for room in rooms]
    return [_with_school(room) for room in rooms]


def _with_school(room: Hosted) -> str:
    """Of a long name the school's end is left out, never the room's."""
    classroom = room.classroom[: LONGEST_ROOM - 2]
    left = LONGEST_ROOM - 1 - len(classroom)
    school = room.school if len(room.school) <= left else f"{room.school[: left - 1]}…"
    return f"{school} {classroom}"


def _participants(lesson: Lesson) -> dict[str, str]:
    return {
        room.place.classroom: room.participant for room in lesson.rooms if room.place is not None
    }
