from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.actions.home import MONTH, HomeWords, home, monday, week
from server.actions.timetable import call_off, plan
from server.programme.attendance import Numbers
from server.programme.lesson import Lesson
from server.programme.rights import Acting, Capacity
from server.store.lessons import Lessons
from server.store.rolls import Declaration, Rolls
from tests.support.paired import BELL, NOW, Paired, paired


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        yield made


def nobody(lesson: str) -> frozenset[str]:
    return frozenset()


async def page(schools: Paired, acting: Acting, now: datetime = NOW) -> HomeWords:
    return await home(schools.database, acting, nobody, now)


async def made(schools: Paired, hours: float = 0, title: str = "茉莉花") -> Lesson:
    new = schools.plan(later=timedelta(hours=hours), title=title)
    return await plan(schools.database, schools.town.acting(), new, NOW)


async def test_an_empty_page_says_only_what_one_may_do(schools: Paired) -> None:
    found = await page(schools, schools.town.acting())
    assert (found["now"], found["again"], found["plans"]) == (None, None, True)
    assert not any((found["today"], found["week"], found["rolls"], found["replays"]))
    assert not (await page(schools, schools.town.acting(Capacity.INSPECTOR)))["plans"]


async def test_now_is_the_next_lesson_and_the_rest_of_today_follows(schools: Paired) -> None:
    first, second = await made(schools), await made(schools, 2)
    tomorrow = await made(schools, 24)
    found = await page(schools, schools.town.acting())
    assert found["now"] is not None
    assert (found["now"]["id"], found["now"]["hosted"]) == (first.id, True)
    assert [one["id"] for one in found["today"]] == [second.id]
    assert [one["id"] for one in found["week"]] == [first.id, second.id, tomorrow.id]
    far = (await page(schools, schools.village.acting()))["now"]
    assert far is not None
    assert (far["id"], far["hosted"], far["mine"]) == (first.id, False, True)
    over = await page(schools, schools.town.acting(), BELL + timedelta(minutes=40))
    assert over["now"] is not None
    assert over["now"]["id"] == second.id


async def test_what_is_under_way_is_now_even_past_its_bell(schools: Paired) -> None:
    first = await made(schools)
    await made(schools, 1)
    await Lessons(schools.database).mark_opened(first.id, NOW)
    found = (await page(schools, schools.town.acting(), BELL + timedelta(minutes=50)))["now"]
    assert found is not None
    assert (found["id"], found["state"]) == (first.id, "open")


async def test_the_weeks_of_the_term_are_counted_on_the_schools_calendar(schools: Paired) -> None:
    acting, terms = schools.town.acting(), (date(2026, 9, 1),)
    sunday = datetime(2026, 11, 29, 15, 59, tzinfo=UTC)
    weeks = [
        (await home(schools.database, acting, nobody, moment, terms))["week_of_term"]
        for moment in (sunday, sunday + timedelta(minutes=1))
    ]
    assert weeks == [13, 14]
    assert (await page(schools, acting))["week_of_term"] is None


async def test_now_says_how_many_the_last_roll_of_each_room_counted(schools: Paired) -> None:
    lesson, rolls = await made(schools), Rolls(schools.database)
    await Lessons(schools.database).mark_opened(lesson.id, BELL)
    assert (await page(schools, schools.town.acting(), BELL))["counted"] == {}
    far, after = lesson.rooms[1].participant, None
    for number in (12, 22):
        declaration = Declaration(
            id=uuid7(),
            room=far,
            at=BELL,
            declared_by="李老师",
            numbers=Numbers(expected=24, present=number, on_leave=0),
            why="",
        )
        await rolls.add(declaration, after)
        after = declaration.id
        found = await page(schools, schools.town.acting(), BELL)
        assert found["counted"] == {far: number}


async def test_midnight_on_sunday_takes_no_lesson_away(schools: Paired) -> None:
    midnight = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)
    new = schools.plan(starts=midnight + timedelta(minutes=5))
    lesson = await plan(schools.database, schools.town.acting(), new, NOW)
    before, after = midnight - timedelta(minutes=1), midnight + timedelta(minutes=1)
    for moment, days in ((before, 0), (after, 1)):
        found = await page(schools, schools.town.acting(), moment)
        assert found["now"] is not None
        assert (found["now"]["id"], len(found["week"])) == (lesson.id, days)
    await Lessons(schools.database).mark_opened(lesson.id, after)
    assert (await page(schools, schools.town.acting(), after))["now"] is not None


async def test_what_was_called_off_is_told_but_is_not_now(schools: Paired) -> None:
    lesson = await made(schools)
    await call_off(schools.database, schools.town.acting(), lesson.id, "停电", NOW)
    found = await page(schools, schools.town.acting())
    assert found["now"] is None
    assert [one["called_off"] for one in found["today"]] == ["停电"]


async def test_after_a_lesson_its_roll_is_to_do_and_its_replay_is_there(schools: Paired) -> None:
    lesson = await made(schools)
    await Lessons(schools.database).mark_opened(lesson.id, BELL)
    await Lessons(schools.database).mark_ended(lesson.id, BELL + timedelta(minutes=41))
    found = await page(schools, schools.town.acting(), BELL + timedelta(hours=1))
    [roll], [replay] = found["rolls"], found["replays"]
    assert (roll["room"], roll["handed_on"]) == (lesson.host.name, False)
    assert (replay["lesson"], replay["seconds"]) == (lesson.id, 41 * 60)
    assert found["again"] is not None
    assert found["again"]["id"] == lesson.id
    next_day = await page(schools, schools.town.acting(), BELL + timedelta(days=1))
    assert [one["handed_on"] for one in next_day["rolls"]] == [True]


async def test_of_a_teachers_rolls_the_one_still_to_call_comes_first(schools: Paired) -> None:
    store = Lessons(schools.database)
    lessons = [await made(schools, 24 * day) for day in range(7)]
    for day, lesson in enumerate(lessons):
        ended = BELL + timedelta(days=day, minutes=41)
        await store.mark_opened(lesson.id, ended - timedelta(minutes=41))
        await store.mark_ended(lesson.id, ended)
    last = BELL + timedelta(days=6, hours=1)
    rolls = (await page(schools, schools.town.acting(), last))["rolls"]
    assert [one["lesson"] for one in rolls] == [one.id for one in lessons[:1:-1]]
    assert [one["handed_on"] for one in rolls] == [False, True, True, True, True]


async def test_a_school_is_reminded_of_its_own_rolls_once_they_are_handed_on(
    schools: Paired,
) -> None:
    lesson, ended = await made(schools), BELL + timedelta(minutes=41)
    await Lessons(schools.database).mark_opened(lesson.id, BELL)
    await Lessons(schools.database).mark_ended(lesson.id, ended)
    admin = schools.village.acting(Capacity.SCHOOL_ADMIN, "admin")
    told = [
        [one["room"] for one in (await page(schools, admin, moment))["rolls"]]
        for moment in (ended + timedelta(hours=1), NOW + timedelta(days=20), NOW + MONTH * 2)
    ]
    assert told == [[], [lesson.rooms[1].name], []]
    elsewhere = Acting(
        id="a", capacity=Capacity.SCHOOL_ADMIN, organisation="none", looks_after=None
    )
    assert (await page(schools, elsewhere, NOW + timedelta(days=1)))["rolls"] == []


async def test_a_week_is_ones_own_or_the_schools(schools: Paired) -> None:
    lesson = await made(schools)
    admin = schools.town.acting(Capacity.SCHOOL_ADMIN, "admin")
    own = await week(schools.database, admin, NOW, nobody, own=True)
    assert (own["lessons"], own["monday"], own["more"]) == ([], "2026-11-23", False)
    school = await week(schools.database, admin, NOW, nobody, own=False)
    assert [one["id"] for one in school["lessons"]] == [lesson.id]
    later = await week(schools.database, admin, NOW + timedelta(days=7), nobody, own=False)
    assert later["lessons"] == []


async def test_a_week_of_many_lessons_comes_in_pages(
    schools: Paired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.actions.home.MOST_A_WEEK", 2)
    lessons = [(await made(schools, hours)).id for hours in (4, 0, 2)]
    admin = schools.town.acting(Capacity.SCHOOL_ADMIN, "admin")
    found = [
        await week(schools.database, admin, NOW, nobody, own=False, page=page) for page in (0, 1, 2)
    ]
    told = [([one["id"] for one in each["lessons"]], each["more"]) for each in found]
    assert told == [(lessons[1:], True), (lessons[:1], False), ([], False)]


@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 11, 22, 16, 0, tzinfo=UTC),
        datetime(2026, 11, 25, 1, 0, tzinfo=UTC),
        datetime(2026, 11, 29, 15, 59, tzinfo=UTC),
    ],
)
def test_a_week_begins_on_monday_at_midnight_on_the_schools_clock(day: datetime) -> None:
    assert monday(day) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)


async def test_in_a_capacity_without_lessons_nobody_sees_their_own_either(
    schools: Paired,
) -> None:
    lesson = await made(schools)
    store = Lessons(schools.database)
    await store.mark_opened(lesson.id, BELL)
    await store.mark_ended(lesson.id, BELL + timedelta(minutes=40))
    later = BELL + timedelta(hours=1)
    own = await page(schools, schools.town.acting(), later)
    assert all((own["week"], own["rolls"], own["replays"], own["again"]))
    other = await page(schools, schools.town.acting(Capacity.TECHNICIAN), later)
    assert not any((other["week"], other["rolls"], other["replays"], other["again"]))
