from datetime import timedelta
from pathlib import Path

from server.actions.lesson_cards import cards, lasted
from server.actions.timetable import found, plan
from server.store.lessons import Lessons
from tests.support.paired import NOW, paired


async def test_a_card_names_everyone_and_says_which_rooms_are_there(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        town = schools.town.acting()
        lesson = await plan(schools.database, town, schools.plan(), NOW)
        far = lesson.rooms[1].participant
        stored = await found(schools.database, town, lesson.id)
        [card] = await cards(schools.database, town, [stored], lambda _: frozenset({far}))
        assert [room["here"] for room in card["rooms"]] == [False, True]
        assert [room["school"] for room in card["rooms"]] == ["开化县实验小学", "齐溪镇中心小学"]
        assert [one["name"] for one in card["rooms"][1]["teachers"]] == ["李老师"]
        assert [one["name"] for one in card["rooms"][0]["learners"]] == ["三(2)班"]
        assert (card["state"], card["enter_from"]) == ("planned", "2026-11-25T00:55:00+00:00")


async def test_a_lesson_has_lasted_once_it_was_opened_and_has_ended(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        town = schools.town.acting()
        lesson = await plan(schools.database, town, schools.plan(), NOW)
        assert lasted(await found(schools.database, town, lesson.id)) is None
        await Lessons(schools.database).mark_opened(lesson.id, NOW)
        await Lessons(schools.database).mark_ended(lesson.id, NOW + timedelta(minutes=41))
        stored = await found(schools.database, town, lesson.id)
        assert lasted(stored) == 41 * 60
        [card] = await cards(schools.database, town, [stored], lambda _: frozenset())
        assert card["state"] == "ended"
