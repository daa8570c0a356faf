from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.access.tokens import LinkKey
from server.actions.room_day import Occasion, day_of, of_the_store
from server.programme.classroom import Classroom
from server.programme.lesson import Lesson
from server.programme.pairing import Form
from server.programme.place import Place
from server.programme.schedule import LOBBY, Schedule
from server.programme.subject import Subject
from server.store.database import Database, open_database
from server.store.lessons import Lessons
from signaling.events import Role
from tests.support.screens import classroom, screen
from tests.support.staff import school
from tests.support.stored import planned

KEY = LinkKey(b"k" * 32)
BELL = datetime(2026, 11, 25, 1, 10, tzinfo=UTC)
LONG = timedelta(minutes=40)


def scheduled(room: Classroom, starts: datetime, name: str, **more: str) -> Lesson:
    """A lesson of the timetable that is received in a classroom."""
    lesson = planned(name, name=name)
    host, far = lesson.rooms
    place = Place(classroom=room.id, organisation=room.organisation.id)
    schedule = Schedule(
        form=Form.SYNC_CLASS, subject=Subject.MUSIC, starts=starts, ends=starts + LONG, **more
    )
    return replace(lesson, rooms=(host, replace(far, place=place)), schedule=schedule)


async def keep(database: Database, *lessons: Lesson) -> None:
    """Plan lessons."""
    for lesson in lessons:
        await Lessons(database).add(lesson, BELL - timedelta(days=3))


async def test_a_screen_enters_a_lesson_from_its_lobby_to_its_end(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        room = await classroom(database, await school(database))
        wall, occasions = await screen(database, room), of_the_store(database)
        first, second = scheduled(room, BELL, "a"), scheduled(room, BELL + 2 * LONG, "b")
        await keep(database, first, second)

        async def shown(now: datetime) -> tuple[str | None, str | None]:
            day = await day_of(wall, occasions, KEY, now)
            lesson, following = day["lesson"], day["next"]
            return lesson and lesson["title"], following and following["title"]

        assert await shown(BELL - LOBBY - timedelta(seconds=1)) == (None, "a")
        assert await shown(BELL - LOBBY) == ("a", "b")
        assert await shown(BELL + LONG) == (None, "b")
        await Lessons(database).mark_opened(first.id, BELL)
        assert await shown(BELL + LONG) == ("a", "b")
        await Lessons(database).mark_ended(first.id, BELL)
        assert await shown(BELL + LONG) == (None, "b")
        day = await day_of(wall, occasions, KEY, BELL + LONG)
        assert day["next"] == {"title": "b", "starts": (BELL + 2 * LONG).isoformat()}


async def test_tomorrow_elsewhere_and_called_off_are_not_shown(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        at = await school(database)
        room, beside = await classroom(database, at), await classroom(database, at, "丙")
        tomorrow = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
        await keep(
            database,
            scheduled(room, tomorrow, "a"),
            scheduled(beside, BELL, "b"),
            scheduled(room, BELL, "c", called_off="老师生病"),
        )
        assert list(await of_the_store(database)(room, BELL)) == []


async def test_the_link_is_a_rooms_and_holds_for_its_lesson(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        room = await classroom(database, await school(database))
        wall, lesson = await screen(database, room), planned()
        occasion = Occasion(lesson=lesson, room=lesson.rooms[1], starts=None, open=True)

        async def occasions(where: Classroom, now: datetime) -> Sequence[Occasion]:
            return [occasion] if where == room else []

        day = await day_of(wall, occasions, KEY, BELL)
        assert day["lesson"] is not None
        claims = KEY.read(day["lesson"]["token"], BELL.timestamp())
        assert (claims.lesson, claims.role) == (lesson.id, Role.ROOM)
        assert (claims.place, claims.person) == (lesson.rooms[1].participant, None)
