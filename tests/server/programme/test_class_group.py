import pytest

from server.programme.class_group import (
    LARGEST_CLASS,
    ClassGroup,
    Keeping,
    check_expected,
    typed_name,
)
from server.programme.class_names import ClassName
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import region

SCHOOL = Organisation(
    id="s", kind=OrganisationKind.SCHOOL, name="尼山小学", region=region("330802")
)


def test_a_class_names_its_class_teacher_and_nobody_else() -> None:
    group = ClassGroup(
        id="c", organisation=SCHOOL, name=ClassName(3, 1), keeping=Keeping.NUMBERS, expected=24
    )
    assert group.persons == frozenset()
    led = ClassGroup(**{**vars(group), "class_teacher": "zhang"})
    assert led.persons == {"zhang"}


def test_a_class_is_typed_in_any_form() -> None:
    assert typed_name(" 三（１）班 ") == typed_name("301") == ClassName(3, 1)


@pytest.mark.parametrize("text", ["", "三年级", "2023级1班", "音乐班"])
def test_what_names_no_class_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        typed_name(f" {text}" + "很" * 50)
    assert refused.value.refusal is Refusal.CLASS_NAME_UNFIT
    assert str(refused.value.data["text"]).startswith(text)
    assert len(str(refused.value.data["text"])) <= 20


def test_a_class_has_a_size_that_can_be() -> None:
    check_expected(0)
    check_expected(LARGEST_CLASS)
    for wrong in (-1, LARGEST_CLASS + 1):
        with pytest.raises(RefusedError) as refused:
            check_expected(wrong)
        assert refused.value.data == {"most": LARGEST_CLASS}
