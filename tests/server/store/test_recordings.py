from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.actions.acting import OPERATOR, entry
from server.programme.class_group import ClassGroup, Closed, Closing, Keeping
from server.programme.class_names import class_name
from server.programme.lesson import Lesson
from server.programme.people import Appointment
from server.programme.rights import Action, Capacity, may
from server.store.class_groups import ClassGroups
from server.store.database import Database, open_database
from server.store.recordings import Recordings, Search
from server.store.timetable_tables import LearnersRow
from tests.support.reviewed import office, reviewed
from tests.support.scheduled import BELL
from tests.support.staff import school


async def taught(database: Database, lesson: Lesson, group: str) -> None:
    """Let a class have been in the host room."""
    room = lesson.rooms[0].participant
    row = LearnersRow(
        room=room, position=0, lesson=lesson.id, class_group=group, name="三(1)班", part=""
    )
    async with database.transaction() as session:
        session.add(row)


async def test_the_list_never_holds_what_rights_deny(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made, recordings = await reviewed(database), Recordings(database)
        places = [
            made.town,
            made.village,
            await school(database, "外地小学", "330106"),
            await office(database, "衢州市教研室", "330800"),
            await office(database, "杭州市教研室", "330100"),
        ]
        concern = await recordings.concern(made.lesson.id)
        seen = []
        for capacity in Capacity:
            for place in places:
                for person in (made.teacher.id, "nobody"):
                    acting = Appointment(
                        person=person, capacity=capacity, organisation=place
                    ).acting
                    found, _ = await recordings.found(acting, Search())
                    assert bool(found) == may(acting, Action.REPLAY_LESSON, concern)
                    seen.append(bool(found))
        assert {True, False} == set(seen)


@pytest.mark.parametrize(
    ("search", "there"),
    [
        (Search(words=("茉莉", "尼山")), True),
        (Search(words=("李老师",)), True),
        (Search(words=("茉莉", "数学")), False),
        (Search(words=("%",)), False),
        (Search(subject="music"), True),
        (Search(subject="math"), False),
        (Search(form="sync_class"), True),
        (Search(form="master_class"), False),
        (Search(class_group="g"), True),
        (Search(class_group="other"), False),
        (Search(commented=True), False),
        (Search(school="elsewhere"), False),
        (Search(teacher="nobody"), False),
        (Search(since=BELL, until=BELL + timedelta(days=1)), True),
        (Search(until=BELL), False),
        (Search(page=1), False),
    ],
)
async def test_words_and_filters_are_all_asked_for(
    tmp_path: Path, search: Search, there: bool
) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        await taught(database, made.lesson, "g")
        acting = Appointment(
            person=made.teacher.id, capacity=Capacity.TEACHER, organisation=made.town
        ).acting
        found, more = await Recordings(database).found(acting, search)
        assert (bool(found), more) == (there, False)


async def test_classes_are_offered_of_lessons_within_reach_alone(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made, recordings = await reviewed(database), Recordings(database)
        groups = {}
        for number in (1, 2):
            groups[number] = ClassGroup(
                id=f"g{number}",
                organisation=made.town,
                name=class_name(f"30{number}"),
                keeping=Keeping.NUMBERS,
                expected=24,
            )
            line = entry(OPERATOR, Action.CHANGE_CLASS_GROUP, BELL)
            await ClassGroups(database).add(groups[number], line)
        await taught(database, made.lesson, "g1")
        _, admin = await made.acting(database, Capacity.SCHOOL_ADMIN, made.village)
        _, away = await made.acting(
            database, Capacity.SCHOOL_ADMIN, await school(database, "外地小学", "330106")
        )
        assert await recordings.classes(admin, made.town.id) == [("g1", str(groups[1].name))]
        assert await recordings.classes(away, made.town.id) == []
        closed = Closed(at=datetime(2027, 7, 1, tzinfo=UTC), how=Closing.GRADUATED)
        line = entry(OPERATOR, Action.CLOSE_CLASS_GROUP, closed.at)
        await ClassGroups(database).close(replace(groups[1], closed=closed), line)
        assert await recordings.classes(admin, made.town.id) == [("g1", "三(1)班 · 2027")]
