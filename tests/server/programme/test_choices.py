from dataclasses import replace

import pytest

from server.programme.choices import (
    Bond,
    Choices,
    SchoolChoice,
    WantedLearners,
    WantedPlace,
    placed,
)
from server.programme.class_group import ClassGroup, Keeping
from server.programme.class_names import ClassName
from server.programme.classroom import Classroom
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.people import Person
from server.programme.place import Learners
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode


def choice(name: str) -> SchoolChoice:
    school = Organisation(
        id=name, kind=OrganisationKind.SCHOOL, name=name, region=RegionCode("330824")
    )
    group = ClassGroup(
        id=f"{name}-g",
        organisation=school,
        name=ClassName(3, 2),
        keeping=Keeping.NUMBERS,
        expected=24,
    )
    return SchoolChoice(
        organisation=school,
        classrooms=(Classroom(id=f"{name}-c", organisation=school, name="录播教室"),),
        class_groups=(group,),
        teachers=(Person(id=f"{name}-t", name="张老师", login=name),),
    )


CHOICES = Choices(
    schools=(choice("town"), choice("village"), choice("far")),
    bonds=(
        Bond(pairing="p1", schools=frozenset({"town", "village"})),
        Bond(pairing="p2", schools=frozenset({"town", "far"})),
    ),
)


def wanted(school: str, *learners: WantedLearners) -> WantedPlace:
    return WantedPlace(
        classroom=f"{school}-c", teachers=(f"{school}-t",), assistants=(), learners=learners
    )


WHOLE = WantedLearners(class_group="town-g", name="ignored", part=" ", number=99)
PART = replace(WHOLE, part=" 第一组 ", number=12)
CHOIR = WantedLearners(class_group=None, name="合唱队", part="", number=18)


def test_each_receiving_room_has_its_own_pairing_and_the_host_room_none() -> None:
    rooms = placed([wanted("town"), wanted("village"), wanted("far")], CHOICES)
    assert [room.place.pairing for room in rooms] == [None, "p1", "p2"]
    assert [room.place.organisation for room in rooms] == ["town", "village", "far"]
    other = placed([wanted("village"), wanted("far"), wanted("town")], CHOICES)
    assert [room.place.pairing for room in other] == [None, None, "p1"]


def test_learners_are_a_class_a_part_of_it_or_brought_together() -> None:
    [room] = placed([wanted("town", WHOLE, PART, CHOIR)], CHOICES)
    town = Learners(name="三(2)班", class_group="town-g", grade=3)
    assert room.place.learners == (
        town,
        replace(town, part="第一组", number=12),
        Learners(name="合唱队", number=18),
    )


@pytest.mark.parametrize(
    "gone",
    [
        replace(wanted("town"), classroom="elsewhere"),
        replace(wanted("town"), teachers=("village-t",)),
        replace(wanted("town"), assistants=("nobody",)),
        wanted("town", replace(WHOLE, class_group="village-g")),
    ],
)
def test_nothing_else_is_taken(gone: WantedPlace) -> None:
    with pytest.raises(RefusedError) as refused:
        placed([gone], CHOICES)
    assert refused.value.refusal is Refusal.CHOICE_GONE


def test_a_teacher_does_not_assist_themselves() -> None:
    [room] = placed([replace(wanted("town"), assistants=("town-t",))], CHOICES)
    assert (room.place.teachers, room.place.assistants) == (("town-t",), ())
