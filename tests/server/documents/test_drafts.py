from server.documents.columns import find_header
from server.documents.drafts import Allowed, Draft, Place, drafts_of
from server.documents.entries import RowFault
from server.documents.sheets import Sheet, Value
from server.documents.survey import Span
from server.programme.class_names import ClassName
from tests.support.workbooks import HEADER, sheet_of

THREE_ONE = ClassName(3, 1)


def drafts(
    *rows: tuple[Value, ...],
    header: tuple[str, ...] = HEADER,
    spans: tuple[Span, ...] = (),
    classes: set[ClassName] | None = None,
) -> list[Draft]:
    plain = sheet_of(("名册",), header, *rows)
    sheet = Sheet(title=plain.title, rows=plain.rows, spans=spans)
    found = find_header(sheet)
    assert found is not None
    return list(drafts_of(sheet, found, Allowed(classes=classes)))


def faults(draft: Draft) -> list[RowFault]:
    return [reason.fault for reason in draft.reasons]


def test_a_row_is_read_by_the_names_of_its_columns() -> None:
    (draft,) = drafts((301, "女", "张 三", "x1"), header=("班级", "性别", "姓名", "学号"))
    assert (draft.name, draft.number, draft.class_name) == ("张三", "X1", THREE_ONE)
    assert (draft.place, draft.reasons) == (Place("名册", 3), [])


def test_a_roster_without_numbers_is_a_roster() -> None:
    (draft,) = drafts(("张三", "301"), header=("姓名", "班级"))
    assert (draft.name, draft.number, draft.class_name) == ("张三", None, THREE_ONE)


def test_the_grade_may_have_its_own_column() -> None:
    (draft,) = drafts(("张三", "三年级", "1班"), header=("姓名", "年级", "班级"))
    assert draft.class_name == THREE_ONE


def test_a_class_merged_over_its_pupils_is_theirs() -> None:
    spans = (Span(top=3, bottom=4, left=3, right=3),)
    first, second, third = drafts(("张三", 1, "301"), ("李四", 2), ("王五", 3, "302"), spans=spans)
    assert (first.class_name, second.class_name) == (THREE_ONE, THREE_ONE)
    assert second.cells == ("李四", 2, "301")
    assert third.class_name == ClassName(3, 2)


def test_without_merging_an_empty_class_is_empty() -> None:
    _, second = drafts(("张三", 1, "301"), ("李四", 2, None))
    assert faults(second) == [RowFault.CLASS_EMPTY]


def test_rows_in_which_nobody_stands_are_passed_by() -> None:
    header = ("序号", *HEADER)
    listed = drafts(
        (1, "张三", "1", "301"),
        (2, None, None, None),
        (None, "", " \u3000", None),
        header,
        ("填表人：王老师",),
        (3, "李四", "2", "301"),
        header=header,
    )
    assert [draft.place.row for draft in listed] == [3, 8]


def test_everything_that_is_wrong_with_a_row_is_said_at_once() -> None:
    (draft,) = drafts((None, 3.3e18, "数学"))
    assert faults(draft) == [RowFault.NAME_EMPTY, RowFault.NUMBER_ROUNDED, RowFault.CLASS_UNKNOWN]


def test_a_class_that_the_school_has_not_is_refused() -> None:
    first, second = drafts(("张三", "1", "301"), ("李四", "2", "302"), classes={THREE_ONE})
    assert faults(first) == []
    assert faults(second) == [RowFault.CLASS_ABSENT]
    assert second.reasons[0].data == {"name": "三(2)班"}
