from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.programme.class_group import ClassGroup, Keeping
from server.programme.class_names import ClassName
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.raising import check, raising, school_year
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode

SCHOOL = Organisation(
    id="s", kind=OrganisationKind.SCHOOL, name="尼山小学", region=RegionCode("330802")
)


def group(grade: int, number: int = 1) -> ClassGroup:
    name = ClassName(grade, number)
    return ClassGroup(
        id=str(name), organisation=SCHOOL, name=name, keeping=Keeping.NUMBERS, expected=24
    )


def steps(*groups: ClassGroup, top: int | None = None, stay: tuple[str, ...] = ()) -> list[str]:
    found = raising(groups, top, stay).steps
    return [f"{one.group.name}→{one.name or '毕业'}" for one in found]


def test_every_class_rises_from_the_top_down_and_the_sixth_grade_graduates() -> None:
    assert steps(group(1), group(6), group(5, 2), group(5)) == [
        "六(1)班→毕业",
        "五(1)班→六(1)班",
        "五(2)班→六(2)班",
        "一(1)班→二(1)班",
    ]


def test_a_school_with_classes_above_the_sixth_grade_has_nine() -> None:
    assert steps(group(6), group(7), group(9)) == [
        "九(1)班→毕业",
        "七(1)班→八(1)班",
        "六(1)班→七(1)班",
    ]
    assert steps(group(6), top=9) == ["六(1)班→七(1)班"]


def test_a_top_grade_below_a_class_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        raising([group(6), group(7)], 6, ())
    assert (refused.value.refusal, refused.value.data) == (
        Refusal.RAISE_TOP_TOO_LOW,
        {"name": "七(1)班"},
    )


def test_a_class_that_was_made_for_the_new_year_stays_and_nobody_takes_its_name() -> None:
    new, old = group(1, 2), group(1)
    found = raising([new, old, group(2)], None, {new.id})
    assert (len(found.steps), found.taken) == (2, ())
    check(found)
    found = raising([old, group(2)], None, {group(2).id})
    with pytest.raises(RefusedError) as refused:
        check(found)
    assert refused.value.refusal is Refusal.RAISE_NAME_TAKEN
    assert refused.value.data == {"names": "一(1)班"}


def test_where_no_class_rises_nothing_is_done() -> None:
    with pytest.raises(RefusedError) as refused:
        check(raising([group(1)], None, {group(1).id}))
    assert refused.value.refusal is Refusal.RAISE_NOTHING


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 5, 31), 2025),
        (date(2026, 6, 25), 2026),
        (date(2026, 9, 1), 2026),
        (date(2027, 2, 20), 2026),
    ],
)
def test_grades_rise_for_the_year_that_begins_in_autumn(day: date, year: int) -> None:
    assert school_year(day) == year


NAMES = st.lists(
    st.builds(ClassName, st.integers(1, 9), st.integers(1, 4)), max_size=30, unique=True
)


@given(NAMES)
def test_step_by_step_no_two_classes_ever_bear_one_name(names: list[ClassName]) -> None:
    found = raising([group(one.grade, one.number) for one in names], None, ())
    open_names = set(names)
    for step in found.steps:
        open_names.remove(step.group.name)
        assert step.name not in open_names
        if step.name is not None:
            open_names.add(step.name)
    assert len(open_names) == len(names) - len(found.graduates)
