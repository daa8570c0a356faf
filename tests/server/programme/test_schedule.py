from dataclasses import replace
from datetime import timedelta

import pytest

from server.programme.pairing import Form
from server.programme.place import Learners, Place
from server.programme.refusal import Refusal, RefusedError
from server.programme.schedule import (
    LOBBY,
    Schedule,
    check,
    check_lobby,
    on_the_wall,
    span,
    why,
)
from tests.support.scheduled import BELL, FAR, HOST, SCHEDULE, TOWN

DELIVERY = replace(SCHEDULE, form=Form.DELIVERY_CLASS)
FOURTH = replace(FAR, learners=(Learners(name="四(1)班", class_group="g4", grade=4),))
CHOIR = replace(FAR, learners=(Learners(name="合唱队", number=12),))
NOBODY = replace(HOST, learners=())


def refused(schedule: Schedule, host: Place, *receiving: Place) -> Refusal | None:
    try:
        check(schedule, host, receiving)
    except RefusedError as error:
        return error.refusal
    return None


def lasting(minutes: float) -> Schedule:
    return replace(SCHEDULE, ends=BELL + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("schedule", "places", "refusal"),
    [
        (SCHEDULE, (HOST, FAR), None),
        (replace(SCHEDULE, form=Form.NET_TRAINING), (HOST, FAR), Refusal.FORM_NOT_YET),
        (replace(SCHEDULE, form=Form.MASTER_CLASS), (HOST, FAR), Refusal.FORM_NOT_YET),
        (lasting(-40), (HOST, FAR), Refusal.LESSON_LENGTH),
        (lasting(4), (HOST, FAR), Refusal.LESSON_LENGTH),
        (lasting(5), (HOST, FAR), None),
        (lasting(600), (HOST, FAR), None),
        (lasting(601), (HOST, FAR), Refusal.LESSON_LENGTH),
        (SCHEDULE, (replace(HOST, teachers=()), FAR), Refusal.HOST_TEACHER_MISSING),
        (SCHEDULE, (HOST, replace(FAR, teachers=())), None),
        (SCHEDULE, (HOST,), Refusal.RECEIVING_ROOM_MISSING),
        (DELIVERY, (NOBODY,), None),
        (DELIVERY, (NOBODY, FAR), None),
        (SCHEDULE, (HOST, replace(FAR, classroom="c-town")), Refusal.CLASSROOM_TWICE),
        (SCHEDULE, (HOST, replace(FAR, assistants=("zhang",))), Refusal.TEACHER_TWICE),
        (SCHEDULE, (HOST, replace(FAR, learners=(TOWN,))), Refusal.CLASS_GROUP_TWICE),
        (SCHEDULE, (HOST, FOURTH), Refusal.GRADES_DIFFER),
        (replace(SCHEDULE, mixed_grades="教学点复式班"), (HOST, FOURTH), None),
        (replace(SCHEDULE, mixed_grades="因" * 201), (HOST, FOURTH), Refusal.REASON_TOO_LONG),
        (SCHEDULE, (HOST, CHOIR), None),
    ],
)
def test_what_can_be_taught_and_what_not(
    schedule: Schedule, places: tuple[Place, ...], refusal: Refusal | None
) -> None:
    assert refused(schedule, *places) is refusal


def test_the_lobby_opens_a_quarter_of_an_hour_before_the_bell() -> None:
    check_lobby(SCHEDULE, BELL - LOBBY)
    check_lobby(SCHEDULE, BELL + timedelta(hours=3))
    with pytest.raises(RefusedError) as early:
        check_lobby(SCHEDULE, BELL - LOBBY - timedelta(seconds=1))
    assert early.value.refusal is Refusal.LOBBY_NOT_YET
    assert early.value.data == {"when": "2026-11-25 08:55"}


def test_what_was_called_off_is_not_entered() -> None:
    with pytest.raises(RefusedError) as off:
        check_lobby(replace(SCHEDULE, called_off="停电"), BELL)
    assert off.value.data == {"why": "停电"}


def test_times_are_told_by_the_clock_on_the_wall() -> None:
    assert on_the_wall(BELL) == "2026-11-25 09:10"
    assert span(SCHEDULE.starts, SCHEDULE.ends) == "2026-11-25 09:10–09:50"


def test_a_reason_is_one_line_of_a_few_words() -> None:
    assert why("  停 \n 电 ", Refusal.REASON_MISSING) == "停 电"
    with pytest.raises(RefusedError) as none:
        why(" 停 ", Refusal.REASON_MISSING)
    assert none.value.refusal is Refusal.REASON_MISSING
