from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from server.actions.attendance import Span, declare, lessons, sums
from server.actions.home import home
from server.actions.rolls import Declaring
from server.actions.rolls import declare as declare_by_link
from server.actions.timetable import plan
from server.programme.attendance import Numbers, RollState, evening
from server.programme.lesson import Lesson
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity
from server.store.lessons import Lessons
from server.store.rolls import Rolls
from tests.support.logged import lines_of
from tests.support.paired import NOW, Campus, Paired, paired
from tests.support.staff import hired

DAY = Span(first=date(2026, 11, 25), last=date(2026, 11, 25))
NEXT_DAY = NOW + timedelta(days=1)
LATER = timedelta(days=1)
FEWER = Numbers(expected=24, present=20, on_leave=1)


@pytest.fixture
async def schools(tmp_path: Path) -> AsyncIterator[Paired]:
    async with paired(tmp_path) as made:
        yield made


async def held(schools: Paired, later: timedelta = timedelta()) -> Lesson:
    made = await plan(schools.database, schools.town.acting(), schools.plan(later=later), NOW)
    await Lessons(schools.database).mark_opened(made.id, NOW + later)
    await Lessons(schools.database).mark_ended(made.id, NOW + later)
    return made


async def admin(schools: Paired, campus: Campus) -> Acting:
    person = await hired(schools.database, Capacity.SCHOOL_ADMIN, campus.school, "陈主任")
    return campus.acting(Capacity.SCHOOL_ADMIN, person.id)


def office(capacity: Capacity, region: str = "330800") -> Acting:
    return Acting(id="officer", capacity=capacity, organisation="o", looks_after=RegionCode(region))


def said(why: str = "", after: str | None = None, numbers: Numbers = FEWER) -> Declaring:
    return Declaring(numbers=numbers, why=why, after=after)


async def refused(
    schools: Paired, acting: Acting, lesson: Lesson, room: int, declaring: Declaring
) -> Refusal:
    place = lesson.rooms[room].participant
    with pytest.raises(RefusedError) as error:
        await declare(schools.database, acting, lesson.id, place, declaring, NEXT_DAY)
    return error.value.refusal


async def test_in_the_evening_a_school_admin_declares_and_corrects_with_a_reason(
    schools: Paired,
) -> None:
    lesson, chen = await held(schools), await admin(schools, schools.village)
    [still] = (await lessons(schools.database, chen, DAY, NOW))["lessons"]
    assert [room["may_write"] for room in still["rooms"]] == [False, False]
    far = lesson.rooms[1].participant
    with pytest.raises(RefusedError) as error:
        await declare(schools.database, chen, lesson.id, far, said("补记"), NOW)
    assert error.value.refusal is Refusal.ROLL_STILL_OPEN
    [before] = (await lessons(schools.database, chen, DAY, NEXT_DAY))["lessons"]
    assert [room["roll"]["state"] for room in before["rooms"]] == [RollState.HANDED_ON] * 2
    assert [room["may_write"] for room in before["rooms"]] == [False, True]
    assert [room["learners"] for room in before["rooms"]] == ["三(2)班", "三(1)班"]
    assert before["rooms"][1]["roll"]["expected"] == 24
    assert await refused(schools, chen, lesson, 1, said()) is Refusal.ROLL_WHY_MISSING
    assert await refused(schools, chen, lesson, 0, said("补记")) is Refusal.NOT_YOURS
    made = await declare(schools.database, chen, lesson.id, far, said("当晚没点"), NEXT_DAY)
    first = made["rooms"][1]["roll"]["declared"]
    assert first is not None
    assert (first["absent"], first["why"]) == (3, "当晚没点")
    all_came = Numbers(expected=24, present=24, on_leave=0)
    again = said("查过记录", first["id"], all_came)
    made = await declare(schools.database, chen, lesson.id, far, again, NEXT_DAY)
    room = made["rooms"][1]
    assert room["roll"]["before"] == [first]
    assert room["by"] == {f"person:{chen.id}": "陈主任"}
    assert [(actor, action) for _, actor, action in await lines_of(schools.database, far)] == [
        (chen.id, Action.DECLARE_ATTENDANCE),
        (chen.id, Action.CORRECT_ATTENDANCE),
    ]


async def test_a_signed_in_teacher_declares_their_own_room_until_the_evening(
    schools: Paired,
) -> None:
    lesson, li = await held(schools), schools.village.acting()
    own, other = lesson.rooms[1].participant, lesson.rooms[0].participant
    assert await refused(schools, li, lesson, 1, said()) is Refusal.ROLL_HANDED_ON
    made = await declare(schools.database, li, lesson.id, own, said(), NOW)
    assert made["rooms"][1]["by"] == {f"person:{li.id}": "李老师"}
    assert [room["mine"] for room in made["rooms"]] == [False, True]
    with pytest.raises(RefusedError) as error:
        await declare(schools.database, li, lesson.id, other, said(), NOW)
    assert error.value.refusal is Refusal.NOT_YOURS


async def test_a_link_has_no_name(schools: Paired) -> None:
    lesson = await held(schools)
    stored = await Lessons(schools.database).find(lesson.id)
    assert stored is not None
    room = lesson.rooms[0]
    by = f"link:{room.participant}"
    await declare_by_link(Rolls(schools.database), stored, room, said(), by, NOW)
    [seen] = (await lessons(schools.database, schools.town.acting(), DAY, NOW))["lessons"]
    assert seen["rooms"][0]["by"] == {by: ""}


async def test_a_list_is_cut_to_the_reach_of_whoever_asks(schools: Paired) -> None:
    lesson = await held(schools)
    colleague = await hired(schools.database, Capacity.TEACHER, schools.town.school, "周老师")
    seen = {
        "host": schools.town.acting(),
        "far": schools.village.acting(),
        "admin": await admin(schools, schools.town),
        "bureau": office(Capacity.BUREAU),
        "program": schools.town.acting(Capacity.INTEGRATION, "p"),
    }
    for name, acting in seen.items():
        found = await lessons(schools.database, acting, DAY, NOW)
        assert [one["id"] for one in found["lessons"]] == [lesson.id], name
    unseen = {
        "colleague": schools.town.acting(person=colleague.id),
        "admin elsewhere": await admin(schools, schools.elsewhere),
        "bureau elsewhere": office(Capacity.BUREAU, "330700"),
        # The teacher works in it, but not in this capacity.
        "teacher as admin elsewhere": schools.elsewhere.acting(
            Capacity.SCHOOL_ADMIN, schools.town.teacher.id
        ),
    }
    for name, acting in unseen.items():
        assert (await lessons(schools.database, acting, DAY, NOW))["lessons"] == [], name
        assert (await sums(schools.database, acting, DAY))["classes"] == [], name
        assert await refused(schools, acting, lesson, 0, said("补记")) is Refusal.NOT_YOURS, name


@pytest.mark.parametrize(
    "capacity",
    [
        *(Capacity.ADMIN, Capacity.RESEARCH_OFFICER, Capacity.INSPECTOR, Capacity.TECHNICIAN),
        *(Capacity.ROOM_DEVICE, Capacity.PUPIL),
    ],
)
async def test_other_capacities_learn_and_change_nothing(
    schools: Paired, capacity: Capacity
) -> None:
    lesson, acting = await held(schools), office(capacity)
    for look in (lessons(schools.database, acting, DAY, NOW), sums(schools.database, acting, DAY)):
        with pytest.raises(RefusedError) as error:
            await look
        assert error.value.refusal is Refusal.NOT_YOURS
    assert await refused(schools, acting, lesson, 1, said("补记")) is Refusal.NOT_YOURS


async def test_a_bureau_sees_and_changes_nothing(schools: Paired) -> None:
    lesson = await held(schools)
    bureau = office(Capacity.BUREAU)
    assert await refused(schools, bureau, lesson, 1, said("补记")) is Refusal.NOT_YOURS
    [seen] = (await lessons(schools.database, bureau, DAY, NOW))["lessons"]
    assert [room["may_write"] for room in seen["rooms"]] == [False, False]


async def test_classes_are_added_up_over_days_those_of_ones_own_school_alone(
    schools: Paired,
) -> None:
    first, second = await held(schools), await held(schools, LATER)
    chen = await admin(schools, schools.village)
    far = first.rooms[1].participant
    await declare(schools.database, chen, first.id, far, said("当晚没点"), NEXT_DAY)
    days = Span(first=DAY.first, last=DAY.last + LATER)
    [village] = (await sums(schools.database, chen, days))["classes"]
    assert (village["name"], village["class_group"]) == ("三(1)班", schools.village.group.id)
    assert (village["lessons"], village["declared"], village["absent"]) == (2, 1, 3)
    assert village["rate"] == 20 / 24
    both = (await sums(schools.database, office(Capacity.BUREAU), days))["classes"]
    assert sorted(one["lessons"] for one in both) == [2, 2]
    own = await lessons(schools.database, chen, days, NEXT_DAY, schools.village.group.id)
    assert [one["id"] for one in own["lessons"]] == [second.id, first.id]
    other = await lessons(schools.database, chen, days, NEXT_DAY, schools.elsewhere.group.id)
    assert other["lessons"] == []


def nobody(lesson: str) -> frozenset[str]:
    return frozenset()


async def reminders(schools: Paired, acting: Acting, now: datetime) -> list[bool]:
    """For each roll that somebody's home reminds them of: whether it is the school's now."""
    return [
        one["handed_on"] for one in (await home(schools.database, acting, nobody, now))["rolls"]
    ]


async def test_an_open_roll_reminds_its_teacher_until_the_evening_and_is_then_the_schools(
    schools: Paired,
) -> None:
    lesson, li = await held(schools), schools.village.acting()
    chen = await admin(schools, schools.village)
    last_minute = evening(NOW) - timedelta(minutes=1)
    assert await reminders(schools, li, last_minute) == [False]
    assert await reminders(schools, li, evening(NOW)) == [True]
    for now, state, may_write in (
        (last_minute, RollState.OPEN, (True, False)),
        (evening(NOW), RollState.HANDED_ON, (False, True)),
        (NOW + timedelta(days=60), RollState.HANDED_ON, (False, True)),
    ):
        seen = [await lessons(schools.database, one, DAY, now) for one in (li, chen)]
        rooms = [one["lessons"][0]["rooms"][1] for one in seen]
        assert [one["roll"]["state"] for one in rooms] == [state] * 2
        assert tuple(one["may_write"] for one in rooms) == may_write
        # Nobody was counted as present in the meantime.
        assert [one["roll"]["declared"] for one in rooms] == [None] * 2
        [added] = (await sums(schools.database, chen, DAY))["classes"]
        assert (added["declared"], added["expected"], added["present"]) == (0, 0, 0)
    far = lesson.rooms[1].participant
    await declare(schools.database, chen, lesson.id, far, said("当晚没点"), evening(NOW))
    assert await reminders(schools, li, evening(NOW)) == []


async def test_nobody_is_reminded_of_a_room_in_which_nobody_learned(schools: Paired) -> None:
    town = schools.town.place(learners=False)
    new = schools.plan(town, schools.village.place())
    made = await plan(schools.database, schools.town.acting(), new, NOW)
    await Lessons(schools.database).mark_opened(made.id, NOW)
    await Lessons(schools.database).mark_ended(made.id, NOW)
    assert await reminders(schools, schools.town.acting(), NOW) == []
    assert await reminders(schools, schools.village.acting(), NOW) == [False]


async def test_days_that_can_not_be_are_refused(schools: Paired) -> None:
    for span in (
        Span(first=DAY.first, last=DAY.first - LATER),
        Span(first=DAY.first, last=DAY.first + timedelta(days=401)),
    ):
        with pytest.raises(RefusedError) as error:
            await sums(schools.database, schools.town.acting(), span)
        assert error.value.refusal is Refusal.ATTENDANCE_SPAN


async def test_a_lesson_that_nobody_entered_has_no_attendance(schools: Paired) -> None:
    await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
    found = await lessons(schools.database, schools.town.acting(), DAY, NOW)
    assert found == {"lessons": [], "more": False}


async def test_an_unknown_lesson_or_room_is_refused(schools: Paired) -> None:
    lesson, li = await held(schools), schools.village.acting()
    for wanted, room in (("none", lesson.rooms[1].participant), (lesson.id, "none")):
        with pytest.raises(RefusedError) as error:
            await declare(schools.database, li, wanted, room, said(), NOW)
        assert error.value.refusal is Refusal.PLANNED_LESSON_UNKNOWN
