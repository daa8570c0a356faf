import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.programme.class_names import (
    NUMERALS,
    ClassName,
    ClassNameError,
    ClassNameFault,
    class_name,
)

CLASSES = st.builds(ClassName, st.integers(1, 9), st.integers(1, 99))


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, f"{NUMERALS[tens - 1]}十")
    return head + (NUMERALS[ones - 1] if ones else "")


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def spellings(of: ClassName) -> list[str]:
    """The ways in which people write a class that leave no doubt."""
    grade, number, words = NUMERALS[of.grade - 1], of.number, chinese(of.number)
    forms = [
        str(of),
        f"{grade}({words})班",
        f"{grade}年级{number}班",
        f"{grade}年级({number})班",
        f"{grade}年级{words}班",
        f"{grade}年{words}班",
        f"{of.grade}年{number}班",
        f"{of.grade}年级{words}班",
        f"{of.grade}({number})班",
        f"{of.grade}({number})",
        f"{of.grade}-{number}",
        f"{of.grade}.{number:02}班",
        f"{of.grade}{number:02}",
        f"{of.grade}{number:02}班",
        f"{grade}{number}班",
        f"{grade}【{number}】班",
    ]
    if of.number < 10:
        forms += [f"{grade}{words}班", f"{of.grade}{words}班"]
    if of.grade <= 6:
        forms.append(f"小学{grade}年级({number})班")
    else:
        junior = NUMERALS[of.grade - 7]
        forms += [f"初{junior}({number})班", f"初{junior}{number}班", f"初{of.grade - 6}-{number}"]
        forms += [f"初中{junior}年级{words}班", f"初中{grade}年级{number}班"]
    return forms


@given(CLASSES)
def test_every_form_in_print_reads_back(of: ClassName) -> None:
    for written in spellings(of):
        for form in (written, full_width(written), f" {'  '.join(written)}\u3000"):
            assert class_name(form) == of, form


def test_the_house_prints_one_form() -> None:
    written = ["三(1)班", "301", "三年级1班", "三（１）班", "3年1班", "３０１班", "三㈠班", "三①班"]
    assert {str(class_name(text)) for text in written} == {"三(1)班"}
    assert str(class_name("初二（12）班")) == "八(12)班"


@given(st.text() | st.text(alphabet=f"{NUMERALS}十初中小学年级班()-.0123456789 ", max_size=9))
@example("十年级1班")
@example("三(十十)班")
@example("三(〇)班")
def test_any_text_is_a_class_or_refused(text: str) -> None:
    try:
        found = class_name(text)
    except ClassNameError:
        return
    assert class_name(str(found)) == found
    assert 1 <= found.grade <= 9
    assert 1 <= found.number <= 99


@pytest.mark.parametrize(
    "text",
    [
        *("", "班", "数学", "高一(1)班", "0(1)班", "三(0)班", "三(100)班", "300", "000", "3001"),
        *("初四(1)班", "初七(1)班", "小学七年级1班", "初中四年级1班", "三(一一)班", "三(十十)班"),
        *("三(1)班张三", "三(1)(2)班", "٣(١)班"),
    ],
)
def test_what_names_no_class_is_refused(text: str) -> None:
    with pytest.raises(ClassNameError) as refused:
        class_name(text)
    assert refused.value.fault is ClassNameFault.UNKNOWN


@pytest.mark.parametrize("text", ["31", "31班", "三十班", "三十一班", "11"])
def test_what_could_be_two_classes_is_refused(text: str) -> None:
    with pytest.raises(ClassNameError) as refused:
        class_name(text)
    assert refused.value.fault is ClassNameFault.UNKNOWN


@pytest.mark.parametrize("text", ["三年级", "3年级", "初二", "初中二年级", "七年"])
def test_a_grade_alone_is_told_apart(text: str) -> None:
    with pytest.raises(ClassNameError) as refused:
        class_name(text)
    assert refused.value.fault is ClassNameFault.NO_NUMBER


@pytest.mark.parametrize("text", ["2023级1班", "２０２３级(2)班", "23级3班"])
def test_a_year_of_entry_is_told_apart(text: str) -> None:
    with pytest.raises(ClassNameError) as refused:
        class_name(text)
    assert refused.value.fault is ClassNameFault.YEAR_OF_ENTRY


def test_classes_stand_in_the_order_of_a_school() -> None:
    listed = ["三(10)班", "二(1)班", "三(2)班", "初一(1)班"]
    assert [str(one) for one in sorted(map(class_name, listed))] == [
        *("二(1)班", "三(2)班", "三(10)班", "七(1)班")
    ]
