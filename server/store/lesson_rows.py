"""Lessons out of their rows and back: rooms, schedule, places, who teaches and learns there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.lesson import Lesson, Room
from server.programme.pairing import Form
from server.programme.place import Learners, Place
from server.programme.schedule import Schedule
from server.programme.subject import Subject
from server.store.tables import LessonRow, RoomRow, Table
from server.store.timetable_tables import LearnersRow, PlaceRow, PostRow, ScheduleRow

RowT = TypeVar("RowT", RoomRow, ScheduleRow, PlaceRow, PostRow, LearnersRow)


async def read(session: AsyncSession, rows: Sequence[LessonRow]) -> list[Lesson]:
    """The lessons of some rows, in the same order; a handful of queries, however many they are."""
    ids = [row.id for row in rows]
    rooms = await _by_lesson(session, RoomRow, ids)
    schedules = await _by_lesson(session, ScheduleRow, ids)
    places = {one.room: one for one in _flat(await _by_lesson(session, PlaceRow, ids))}
    posts = _by_room(_flat(await _by_lesson(session, PostRow, ids)))
    learners = _by_room(_flat(await _by_lesson(session, LearnersRow, ids)))
    return [
        Lesson(
            id=row.id,
            title=row.title,
            planned_seconds=row.planned_seconds,
            rooms=tuple(
                _room(room, places.get(room.participant), posts, learners)
                for room in sorted(rooms[row.id], key=lambda room: room.position)
            ),
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


async def _by_lesson(
    session: AsyncSession, table: type[RowT], lessons: Sequence[str]
) -> dict[str, list[RowT]]:
    found: dict[str, list[RowT]] = defaultdict(list)
    for row in await session.scalars(select(table).where(table.lesson.in_(lessons))):
        found[row.lesson].append(row)
    return found


def _flat(found: dict[str, list[RowT]]) -> Iterator[RowT]:
    return (row for rows in found.values() for row in rows)


PlacedT = TypeVar("PlacedT", PostRow, LearnersRow)


def _by_room(rows: Iterable[PlacedT]) -> dict[str, list[PlacedT]]:
    found: dict[str, list[PlacedT]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.position):
        found[row.room].append(row)
    return found


def _room(
    row: RoomRow,
    place: PlaceRow | None,
    posts: dict[str, list[PostRow]],
    learners: dict[str, list[LearnersRow]],
) -> Room:
    here = row.participant
    return Room(
        participant=here,
        name=row.name,
        host=row.host,
        place=None if place is None else _place(place, posts[here], learners[here]),
    )


def _place(row: PlaceRow, posts: list[PostRow], learners: list[LearnersRow]) -> Place:
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


def _schedule(row: ScheduleRow) -> Schedule:
    return Schedule(
        form=Form(row.form),
        subject=Subject(row.subject),
        starts=row.starts,
        ends=row.ends,
        mixed_grades=row.mixed_grades,
        called_off=row.called_off,
    )
