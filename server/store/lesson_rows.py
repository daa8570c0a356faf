"""Lessons out of their rows and back: rooms, schedule, places, who teaches and learns there."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.lesson import Lesson, Room
from server.programme.pairing import Form
from server.programme.place import Learners, Place
from server.programme.schedule import Schedule
from server.programme.subject import Subject
from server.store.tables import LessonRow, RoomRow, Table
from server.store.timetable_tables import LearnersRow, PlaceRow, PostRow, ScheduleRow

BATCH = 100
"""Lessons that are put together at a time: others get their turn in between."""

Rows = dict[str, list[Row[Any]]]
"""Plain rows, in order, by what they belong to: whole objects would cost several times as much."""


async def read(session: AsyncSession, rows: Sequence[LessonRow]) -> list[Lesson]:
    """The lessons of some rows, in the same order."""
    found: list[Lesson] = []
    for begin in range(0, len(rows), BATCH):
        found += await _read(session, rows[begin : begin + BATCH])
    return found


async def _read(session: AsyncSession, rows: Sequence[LessonRow]) -> list[Lesson]:
    ids = [row.id for row in rows]
    rooms = await _rows(session, RoomRow, ids, "lesson")
    schedules = await _rows(session, ScheduleRow, ids, "lesson")
    parts = [await _rows(session, table, ids, "room") for table in (PlaceRow, PostRow, LearnersRow)]
    return [
        Lesson(
            id=row.id,
            title=row.title,
            planned_seconds=row.planned_seconds,
            rooms=tuple(_room(room, *parts) for room in rooms[row.id]),
            schedule=next(map(_schedule, schedules[row.id]), None),
        )
        for row in rows
    ]


def room_rows(lesson: Lesson) -> list[Table]:
    """The rooms of a lesson."""
    return [
        RoomRow(
            participant=room.participant,
            lesson=lesson.id,
            position=position,
            name=room.name,
            host=room.host,
        )
        for position, room in enumerate(lesson.rooms)
    ]


def timetable_rows(lesson: Lesson) -> Iterator[Table]:
    """What is kept of a lesson's line in the timetable; its rooms' rows must stand."""
    if lesson.schedule is not None:
        yield ScheduleRow(lesson=lesson.id, **vars(lesson.schedule))
    for room in lesson.rooms:
        if room.place is not None:
            yield from _place_rows(lesson.id, room.participant, room.place)


def _place_rows(lesson: str, room: str, place: Place) -> Iterator[Table]:
    yield PlaceRow(
        room=room,
        lesson=lesson,
        classroom=place.classroom,
        organisation=place.organisation,
        pairing=place.pairing,
    )
    for position, person in enumerate(place.persons):
        assists = person not in place.teachers
        yield PostRow(room=room, person=person, lesson=lesson, position=position, assists=assists)
    for position, one in enumerate(place.learners):
        yield LearnersRow(room=room, position=position, lesson=lesson, **vars(one))


async def _rows(session: AsyncSession, table: type[Table], lessons: Sequence[str], by: str) -> Rows:
    columns = table.__table__.c
    query = select(*columns).where(columns.lesson.in_(lessons))
    if "position" in columns:
        query = query.order_by(columns.position)
    found: Rows = defaultdict(list)
    for row in await session.execute(query):
        found[getattr(row, by)].append(row)
    return found


def _room(row: Row[Any], places: Rows, posts: Rows, learners: Rows) -> Room:
    here = row.participant
    place = next(iter(places[here]), None)
    return Room(
        participant=here,
        name=row.name,
        host=row.host,
        place=None if place is None else _place(place, posts[here], learners[here]),
    )


def _place(row: Row[Any], posts: list[Row[Any]], learners: list[Row[Any]]) -> Place:
    return Place(
        classroom=row.classroom,
        organisation=row.organisation,
        teachers=tuple(post.person for post in posts if not post.assists),
        assistants=tuple(post.person for post in posts if post.assists),
        learners=tuple(
            Learners(
                name=one.name,
                class_group=one.class_group,
                part=one.part,
                grade=one.grade,
                number=one.number,
            )
            for one in learners
        ),
        pairing=row.pairing,
    )


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(
        form=Form(row.form),
        subject=Subject(row.subject),
        starts=row.starts,
        ends=row.ends,
        mixed_grades=row.mixed_grades,
        called_off=row.called_off,
    )
