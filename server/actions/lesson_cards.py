"""Lessons of the timetable as pages are given them."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypedDict

from server.programme.lesson import Room
from server.programme.organisation import Organisation
from server.programme.place import Learners, Place
from server.programme.rights import Acting
from server.programme.schedule import LOBBY, Schedule
from server.store.database import Database
from server.store.directory import Directory
from server.store.lessons import StoredLesson
from server.store.preparations import Preparations

BATCH = 100
"""Lessons that are told at a time."""
Here = Callable[[str], frozenset[str]]
"""Which participants have a device in a lesson just now."""


class PersonWords(TypedDict):
    """Somebody who works in a lesson."""

    id: str
    name: str


class LearnersWords(TypedDict):
    """Who learns in a room."""

    class_group: str | None
    name: str
    part: str
    grade: int | None
    number: int | None


class RoomWords(TypedDict):
    """A room of a lesson."""

    participant: str
    name: str
    host: bool
    here: bool
    prepared: bool
    """Whether its side says that it is ready."""
    classroom: str
    organisation: str
    school: str
    teachers: list[PersonWords]
    assistants: list[PersonWords]
    learners: list[LearnersWords]
    pairing: str | None


class LessonWords(TypedDict):
    """A lesson of the timetable."""

    id: str
    title: str
    form: str
    subject: str
    starts: str
    ends: str
    mixed_grades: str
    called_off: str
    state: str
    enter_from: str
    hosted: bool
    """Whether whoever asks teaches it from its host room."""
    mine: bool
    """Whether whoever asks works in it."""
    rooms: list[RoomWords]


async def cards(
    database: Database, acting: Acting, lessons: Sequence[StoredLesson], here: Here
) -> list[LessonWords]:
    """Lessons with everybody's name."""
    directory = Directory(database)
    places = [place for one in lessons for place in one.lesson.places]
    people = await directory.people({person for place in places for person in place.persons})
    schools = await directory.organisations({place.organisation for place in places})
    ready = await Preparations(database).ready([one.lesson.id for one in lessons])
    found: list[LessonWords] = []
    for begin in range(0, len(lessons), BATCH):
        # Others get their turn in between.
        await asyncio.sleep(0)
        batch = lessons[begin : begin + BATCH]
        found += [_card(acting, one, people, schools, here, ready) for one in batch]
    return found


def _card(
    acting: Acting,
    stored: StoredLesson,
    people: dict[str, str],
    schools: dict[str, Organisation],
    here: Here,
    ready: frozenset[str],
) -> LessonWords:
    lesson, schedule = stored.lesson, stored.lesson.schedule
    assert schedule is not None  # only lessons of the timetable are asked for
    room = lesson.room_of(acting.id)
    present = here(lesson.id)
    return LessonWords(
        id=lesson.id,
        title=lesson.title,
        form=schedule.form,
        subject=schedule.subject,
        starts=schedule.starts.isoformat(),
        ends=schedule.ends.isoformat(),
        mixed_grades=schedule.mixed_grades,
        called_off=schedule.called_off,
        state=state(stored, schedule),
        enter_from=(schedule.starts - LOBBY).isoformat(),
        hosted=room is not None and room.host,
        mine=room is not None,
        rooms=[
            _room(one, one.place, people, schools, present, ready)
            for one in lesson.rooms
            if one.place is not None
        ],
    )


def state(stored: StoredLesson, schedule: Schedule) -> str:
    """How far a lesson has come, as pages are told it."""
    if schedule.called_off:
        return "called_off"
    if stored.ended is not None:
        return "ended"
    return "planned" if stored.opened is None else "open"


def lasted(stored: StoredLesson) -> float | None:
    """Seconds from the lobby's opening to the end; none before both."""
    if stored.opened is None or stored.ended is None:
        return None
    return (stored.ended - stored.opened).total_seconds()


def _room(
    room: Room,
    place: Place,
    people: dict[str, str],
    schools: dict[str, Organisation],
    present: frozenset[str],
    ready: frozenset[str],
) -> RoomWords:
    return RoomWords(
        participant=room.participant,
        name=room.name,
        host=room.host,
        here=room.participant in present,
        prepared=room.participant in ready,
        classroom=place.classroom,
        organisation=place.organisation,
        school=schools[place.organisation].name,
        teachers=[PersonWords(id=one, name=people[one]) for one in place.teachers],
        assistants=[PersonWords(id=one, name=people[one]) for one in place.assistants],
        learners=[_learners(one) for one in place.learners],
        pairing=place.pairing,
    )


def _learners(one: Learners) -> LearnersWords:
    return LearnersWords(
        class_group=one.class_group,
        name=one.name,
        part=one.part,
        grade=one.grade,
        number=one.number,
    )
