from dataclasses import replace

import pytest

from server.programme.attendance import LARGEST
from server.programme.place import Learners, check
from server.programme.refusal import Refusal, RefusedError
from tests.support.scheduled import HOST

CHOIR = Learners(name="合唱队", number=18)
HALF = Learners(name="三(2)班", class_group="g", part="第一组", number=20)


def test_a_class_is_counted_by_itself_and_others_say_their_number() -> None:
    check(replace(HOST, learners=(*HOST.learners, CHOIR, HALF)))
    check(replace(HOST, learners=()))
    assert [CHOIR.label, HALF.label] == ["合唱队", "三(2)班 第一组"]


@pytest.mark.parametrize(
    ("learners", "refusal"),
    [
        (replace(CHOIR, name=" "), Refusal.NAME_MISSING),
        (replace(CHOIR, number=None), Refusal.LEARNERS_UNCOUNTED),
        (replace(CHOIR, number=0), Refusal.LEARNERS_UNCOUNTED),
        (replace(CHOIR, number=LARGEST + 1), Refusal.LEARNERS_UNCOUNTED),
        (replace(HALF, number=None), Refusal.LEARNERS_UNCOUNTED),
    ],
)
def test_children_without_name_or_number_are_refused(learners: Learners, refusal: Refusal) -> None:
    with pytest.raises(RefusedError) as refused:
        check(replace(HOST, learners=(learners,)))
    assert refused.value.refusal is refusal


def test_everyone_who_works_in_a_room_is_named_in_it() -> None:
    assert replace(HOST, assistants=("wang",)).persons == ("zhang", "wang")
