from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.entries import (
    LONGEST_NAME,
    LONGEST_NUMBER,
    EntryError,
    RowFault,
    class_of,
    is_blank,
    name_of,
    number_of,
)
from server.documents.sheets import Odd, Value
from server.programme.class_names import ClassName

VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text(alphabet="三年级班(1)（２） 0123456789.E+G-'", max_size=25),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.sampled_from(Odd),
)


def fault(read: Callable[[], object]) -> RowFault:
    with pytest.raises(EntryError) as refused:
        read()
    return refused.value.reason.fault


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张三", "张三"),
        ("张 三", "张三"),
        (" 张\u3000三\n", "张三"),
        ("张\u200b三", "张三"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("Anna  Smith", "Anna Smith"),
        ("Ａｎｎａ 王", "Anna王"),
        ("张三(大)", "张三(大)"),
        ("张三2", "张三2"),
        ("𠮷野", "𠮷野"),
    ],
)
def test_a_name_is_read_as_it_is_meant(written: str, name: str) -> None:
    assert name_of(written) == name


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (None, RowFault.NAME_EMPTY),
        (" \u3000\u200b", RowFault.NAME_EMPTY),
        ("张" * (LONGEST_NAME + 1), RowFault.NAME_LONG),
        (7, RowFault.NAME_ODD),
        (date(2026, 3, 1), RowFault.NAME_ODD),
        ("------", RowFault.NAME_ODD),
        ("=cmd()", RowFault.NAME_ODD),
        ("@张三", RowFault.NAME_ODD),
        ("张\x07三", RowFault.NAME_ODD),
        (Odd.ERROR, RowFault.CELL_ERROR),
        (Odd.UNCALCULATED, RowFault.CELL_UNCALCULATED),
    ],
)
def test_what_is_no_name_is_refused(written: Value, expected: RowFault) -> None:
    assert fault(partial(name_of, written)) is expected


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (None, None),
        ("  ", None),
        (20260101, "20260101"),
        (20260101.0, "20260101"),
        (999_999_999_999_999, "999999999999999"),
        ("G330106201009010011", "G330106201009010011"),
        ("ｇ33010620100901001Ｘ", "G33010620100901001X"),
        ("3301 0620 1009 0100 13", "330106201009010013"),
        ("'330106201009010013", "330106201009010013"),
        ("0012", "0012"),
        ("2026-01", "2026-01"),
        ("9" * LONGEST_NUMBER, "9" * LONGEST_NUMBER),
    ],
)
def test_a_number_is_read_as_it_is_meant(written: Value, number: str | None) -> None:
    assert number_of(written) == number


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (3.3010620100901e18, RowFault.NUMBER_ROUNDED),
        (3301062010090100133, RowFault.NUMBER_ROUNDED),
        (10**15, RowFault.NUMBER_ROUNDED),
        (float("inf"), RowFault.NUMBER_ROUNDED),
        ("3.30106E+18", RowFault.NUMBER_ROUNDED),
        ("３.３e18", RowFault.NUMBER_ROUNDED),
        (float("nan"), RowFault.NUMBER_ODD),
        (1.5, RowFault.NUMBER_ODD),
        (-1, RowFault.NUMBER_ODD),
        (True, RowFault.NUMBER_ODD),
        (date(2026, 3, 1), RowFault.NUMBER_ODD),
        ("无", RowFault.NUMBER_ODD),
        ("=1", RowFault.NUMBER_ODD),
        ("9" * (LONGEST_NUMBER + 1), RowFault.NUMBER_ODD),
        (Odd.ERROR, RowFault.CELL_ERROR),
    ],
)
def test_what_is_no_number_is_refused(written: Value, expected: RowFault) -> None:
    assert fault(partial(number_of, written)) is expected


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        ("三（1）班", None),
        (301, None),
        (301.0, None),
        ("1班", "三年级"),
        ("(1)班", "三年级"),
        (1, "三年级"),
        (1.0, "小学三年级"),
        ("1", "三"),
        ("三(1)班", "三年级"),
        ("三(1)班", Odd.ERROR),
    ],
)
def test_a_class_is_read_alone_or_with_its_grade(written: Value, grade: Value) -> None:
    assert class_of(written, grade) == ClassName(3, 1)


@pytest.mark.parametrize(
    ("written", "grade", "expected"),
    [
        (None, "三年级", RowFault.CLASS_EMPTY),
        ("数学", None, RowFault.CLASS_UNKNOWN),
        (3.1, None, RowFault.CLASS_UNKNOWN),
        (1, None, RowFault.CLASS_UNKNOWN),
        (float("nan"), "三", RowFault.CLASS_UNKNOWN),
        ("三年级", None, RowFault.CLASS_NO_NUMBER),
        ("三年级", "三年级", RowFault.CLASS_NO_NUMBER),
        ("2023级1班", None, RowFault.CLASS_YEAR_OF_ENTRY),
        ("1班", "2023级", RowFault.CLASS_YEAR_OF_ENTRY),
        (datetime.combine(date(2026, 3, 1), time()), None, RowFault.CLASS_DATE),
        (time(3, 1), None, RowFault.CLASS_DATE),
        (timedelta(days=1), None, RowFault.CLASS_DATE),
        (Odd.UNCALCULATED, None, RowFault.CELL_UNCALCULATED),
    ],
)
def test_what_is_no_class_is_refused(written: Value, grade: Value, expected: RowFault) -> None:
    assert fault(partial(class_of, written, grade)) is expected


def test_a_reason_repeats_no_more_of_a_cell_than_shows_it() -> None:
    with pytest.raises(EntryError) as refused:
        class_of("长" * 1000, None)
    assert refused.value.reason.data == {"text": "长" * 20 + "…"}


@given(VALUES, VALUES)
def test_any_cell_is_read_or_refused(one: Value, other: Value) -> None:
    for read in (partial(name_of, one), partial(number_of, one), partial(class_of, one, other)):
        try:
            found = read()
        except EntryError:
            continue
        assert is_blank(one) == (found is None)
        assert "\n" not in str(found)
        assert len(str(found)) <= LONGEST_NAME


@given(VALUES)
def test_what_was_read_reads_the_same_again(value: Value) -> None:
    for read in (name_of, number_of):
        try:
            found = read(value)
        except EntryError:
            continue
        assert read(found) == found
