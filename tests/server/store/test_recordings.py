from datetime import timedelta
from pathlib import Path

import pytest

from server.programme.people import Appointment
from server.programme.rights import Action, Capacity, may
from server.store.database import open_database
from server.store.recordings import Recordings, Search
from tests.support.reviewed import office, reviewed
from tests.support.scheduled import BELL
from tests.support.staff import school


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
        acting = Appointment(
            person=made.teacher.id, capacity=Capacity.TEACHER, organisation=made.town
        ).acting
        found, more = await Recordings(database).found(acting, search)
        assert (bool(found), more) == (there, False)
