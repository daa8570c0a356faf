"""Lessons of the timetable, for tests."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count

from server.programme.attendance import SCHOOL_TIME
from server.programme.lesson import Lesson
from server.programme.pairing import Form
from server.programme.place import Learners, Place
from server.programme.schedule import Schedule
from server.programme.subject import Subject
from server.programme.timetable import Hosted, timetabled

BELL = datetime(2026, 11, 25, 1, 10, tzinfo=UTC)
"""Ten past nine in the morning, in Shanghai."""
LESSON = timedelta(minutes=40)
SCHEDULE = Schedule(form=Form.SYNC_CLASS, subject=Subject.MUSIC, starts=BELL, ends=BELL + LESSON)
TOWN = Learners(name="三(2)班", class_group="g-town", grade=3)
VILLAGE = Learners(name="三(1)班", class_group="g-village", grade=3)
HOST = Place(classroom="c-town", organisation="town", teachers=("zhang",), learners=(TOWN,))
FAR = Place(
    classroom="c-village",
    organisation="village",
    teachers=("li",),
    learners=(VILLAGE,),
    pairing="pair",
)


def soon(now: datetime) -> datetime:
    """In ten minutes, but today where the schools are: people and screens are shown their day."""
    last = datetime.combine(now.astimezone(SCHOOL_TIME), time(23, 59, 59), SCHOOL_TIME)
    return min(now + timedelta(minutes=10), last.astimezone(UTC))


def hosted(place: Place) -> Hosted:
    """A place with names made of its ids."""
    return Hosted(place=place, classroom=place.classroom, school=place.organisation)


def lesson(
    name: str = "m",
    *places: Place,
    later: timedelta = timedelta(),
    before: Lesson | None = None,
    schedule: Schedule = SCHEDULE,
) -> Lesson:
    """A lesson whose ids are `<name>0` for itself, then one for each room."""
    numbers = count()
    moved = replace(schedule, starts=schedule.starts + later, ends=schedule.ends + later)
    rooms = [hosted(place) for place in places or (HOST, FAR)]
    return timetabled("茉莉花", moved, rooms, lambda: f"{name}{next(numbers)}", before)
