import re
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.columns import DEEPEST_HEADER, SYNONYMS, Column, Header, find_header, plain
from server.documents.refusal import FileError, FileFault
from server.documents.sheets import Sheet, Value
from server.documents.survey import Span
from tests.support.workbooks import sheet_of

DOCS = (Path(__file__).parents[3] / "docs" / "rosters.md").read_text()
TITLES: tuple[tuple[Value, ...], ...] = (("新星小学学生名册",), (), ("填报人：姓名", 2026))


def found(*rows: tuple[Value, ...]) -> Header:
    header = find_header(sheet_of(*rows))
    assert header is not None
    return header


def fault(*rows: tuple[Value, ...]) -> FileError:
    with pytest.raises(FileError) as refused:
        find_header(sheet_of(*rows))
    return refused.value


@pytest.mark.parametrize("order", [*permutations(("姓名", "学号", "班级", "性别"))])
def test_columns_stand_in_any_order_under_titles(order: tuple[str, ...]) -> None:
    header = found(*TITLES, order)
    assert header == Header(
        row=3,
        name=order.index("姓名"),
        number=order.index("学号"),
        grade=None,
        class_name=order.index("班级"),
    )


@pytest.mark.parametrize("name", SYNONYMS[Column.NAME])
@pytest.mark.parametrize("class_name", SYNONYMS[Column.CLASS])
def test_every_synonym_is_known(name: str, class_name: str) -> None:
    header = found((class_name, "备注", name))
    assert (header.name, header.class_name, header.number) == (2, 0, None)


def test_the_docs_list_what_is_known() -> None:
    for column, names in SYNONYMS.items():
        (line,) = [line for line in DOCS.splitlines() if re.match(rf"\| {column}\b", line)]
        assert line.rstrip(" |").endswith(f"| {', '.join(names[1:])}")


def test_no_name_means_two_columns() -> None:
    names = [name for names in SYNONYMS.values() for name in names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "written",
    ["*姓名", "姓名（必填）", "姓 名：", "姓\u3000名", "姓\n名", "★姓名*"],
)
def test_decorations_are_seen_through(written: str) -> None:
    assert found((written, "班级（如三（1）班）")).name == 0


@pytest.mark.parametrize("written", ["家长姓名", "姓名拼音", "曾用名", "原班级", "班主任"])
def test_other_columns_are_other_columns(written: str) -> None:
    header = found((written, "姓名", "班级"))
    assert (header.name, header.class_name) == (1, 2)


def test_the_number_that_tells_least_of_a_child_is_read() -> None:
    assert found(("姓名", "全国学籍号", "学籍号", "学号", "班级")).number == 3
    assert found(("姓名", "全国学籍号", "学籍号", "班级")).number == 2
    assert found(("姓名", "全国学籍号", "班级")).number == 1


def test_a_header_of_two_rows_is_found_by_what_is_merged_down() -> None:
    sheet = Sheet(
        title="名册",
        rows=(("班级", "学生信息", None), (None, "姓名", "学号")),
        spans=(
            Span(top=1, bottom=2, left=1, right=1),
            Span(top=1, bottom=1, left=2, right=3),
        ),
    )
    assert find_header(sheet) == Header(row=1, name=1, number=2, grade=None, class_name=0)


def test_a_sheet_of_explanations_has_none() -> None:
    assert find_header(sheet_of(("填写说明",), ("姓名不能为空，班级写三(1)班",))) is None


def test_it_is_not_looked_for_for_ever() -> None:
    header: tuple[Value, ...] = ("姓名", "班级")
    titles: tuple[tuple[Value, ...], ...] = (("题",),) * (DEEPEST_HEADER - 1)
    assert found(*titles, header).row == DEEPEST_HEADER - 1
    assert find_header(sheet_of(("题",), *titles, header)) is None


def test_a_header_without_the_class_is_named() -> None:
    error = fault(("姓名", "学号"), ("张三", "1"))
    assert (error.fault, error.data["sheet"]) == (FileFault.NO_CLASS_COLUMN, "名册")


@pytest.mark.parametrize("twice", ["姓名", "学号", "班级", "年级"])
def test_lists_side_by_side_are_refused(twice: str) -> None:
    error = fault(("姓名", "学号", "年级", "班级", twice))
    assert (error.fault, error.data["column"]) == (FileFault.COLUMN_TWICE, twice)


def test_a_number_that_is_not_read_may_stand_twice() -> None:
    assert found(("姓名", "学号", "班级", "学籍号", "学籍号")).number == 1


@given(st.text())
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
