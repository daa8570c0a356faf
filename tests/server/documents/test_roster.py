import time
from io import BytesIO

import pytest
from openpyxl import Workbook

from server.documents.drafts import Allowed, Place
from server.documents.entries import RowFault
from server.documents.roster import Roster, read_roster
from server.programme.class_names import ClassName
from tests.support.workbooks import HEADER, filled, inline, package, saved, workbook, worksheet

ROWS = 5_000
PROMISED_S = 2.0
SLACK = 5


def faults(roster: Roster) -> list[tuple[int, list[RowFault]]]:
    return [(row.place.row, [reason.fault for reason in row.reasons]) for row in roster.bad]


def test_a_roster_as_schools_send_it() -> None:
    roster = read_roster(
        workbook(
            ("齐溪镇中心小学 2026 学年学生名册",),
            ("填报人：王老师", None, None, "2026 年 9 月"),
            ("序号", "班级", "姓　名（必填）", "性别", "全国学籍号"),
            (1, "三（1）班", "张 三", "男", "G330106201009010011"),
            (2, None, "李四", "女", "ｇ330106201009010012"),
            (3, "初一(2)班", "王五", "男", 3.3010620100901e18),
            (4, None, None, None, None),
            (5, "301", "赵六", "女", None),
            ("合计",),
            merged=["A1:E1", "A2:C2", "B4:B5"],
        )
    )
    assert [(p.name, p.number, str(p.class_name), p.place.row) for p in roster.pupils] == [
        ("张三", "G330106201009010011", "三(1)班", 4),
        ("李四", "G330106201009010012", "三(1)班", 5),
        ("赵六", None, "三(1)班", 8),
    ]
    assert faults(roster) == [(6, [RowFault.NUMBER_ROUNDED])]
    assert roster.unread == ()


def test_every_visible_sheet_with_a_header_is_read_as_one_roster() -> None:
    book = Workbook()
    filled(book.worksheets[0], [["填写说明"], ["姓名要和户口簿一致"]])
    book.worksheets[0].title = "说明"
    filled(book.create_sheet("三年级"), [HEADER, ["张三", "2026001", "301"]])
    filled(book.create_sheet("四年级"), [["班级", "姓名"], ["401", "李四"]])
    filled(book.create_sheet("五年级"), [HEADER, ["王五", "2026001", "501"]])
    roster = read_roster(saved(book))
    assert [pupil.place for pupil in roster.pupils] == [Place("四年级", 2)]
    assert [row.reasons[0].data for row in roster.bad] == [
        {"rows": "五年级!2"},
        {"rows": "三年级!2"},
    ]
    assert roster.unread == ("说明",)
    assert [head.title for head in roster.heads] == ["三年级", "四年级", "五年级"]


def test_a_bad_sheet_takes_the_whole_file_with_it() -> None:
    book = Workbook()
    filled(book.worksheets[0], [HEADER, ["张三", "1", "301"]])
    filled(book.create_sheet("四年级"), [["姓名", "学号"], ["李四", "1"]])
    with pytest.raises(ValueError, match="no_class_column"):
        read_roster(saved(book))


def test_nothing_of_a_pupil_is_kept_but_name_number_and_class() -> None:
    header = (*HEADER, "身份证号", "家长电话")
    roster = read_roster(workbook(header, ("张三", "1", "301", "330106201001010011", "1380000")))
    assert "330106201001010011" not in repr(roster)
    assert "1380000" not in repr(roster)


def test_cells_as_wps_and_programs_write_them() -> None:
    date = '<row r="4"><c r="A4" t="str"><v>王五</v></c><c r="C4" s="1"><v>46082</v></c></row>'
    number = '<row r="3"><c r="A3" t="str"><v>李四</v></c><c r="B3"><v>1.0</v></c>'
    rows = inline("姓名", "学号", "班级") + inline("张三", "0012", "三(1)班")
    rows += f'{number}<c r="C3"><v>301</v></c></row>{date}'
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders>"
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    roster = read_roster(package(worksheet(rows), {"xl/styles.xml": styles}))
    assert [(p.name, p.number, p.class_name) for p in roster.pupils] == [
        ("张三", "0012", ClassName(3, 1)),
        ("李四", "1", ClassName(3, 1)),
    ]
    assert faults(roster) == [(4, [RowFault.CLASS_DATE])]


def test_only_classes_of_the_school_are_taken() -> None:
    data = workbook(HEADER, ("张三", "1", "301"), ("李四", "2", "302"))
    roster = read_roster(data, Allowed(classes={ClassName(3, 1)}))
    assert [pupil.name for pupil in roster.pupils] == ["张三"]
    assert faults(roster) == [(3, [RowFault.CLASS_ABSENT])]
    assert len(read_roster(data).pupils) == 2


def test_of_a_file_for_one_class_a_row_of_another_says_so_whether_the_school_has_that_or_not() -> (
    None
):
    data = workbook(HEADER, ("张三", "1", "301"), ("李四", "2", "302"), ("王五", "3", "303"))
    allowed = Allowed(classes={ClassName(3, 1), ClassName(3, 2)}, only=ClassName(3, 1))
    roster = read_roster(data, allowed)
    assert [pupil.name for pupil in roster.pupils] == ["张三"]
    assert faults(roster) == [(3, [RowFault.CLASS_OTHER]), (4, [RowFault.CLASS_OTHER])]
    assert roster.bad[0].reasons[0].data == {"name": "三(2)班", "only": "三(1)班"}
    assert faults(read_roster(data, Allowed(classes=set(), only=ClassName(3, 1))))[0] == (
        2,
        [RowFault.CLASS_ABSENT],
    )


def large(rows: int) -> bytes:
    """A district's export, with columns that nobody reads."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(["序号", *HEADER, "性别", "出生日期", "家长", "住址"])
    for n in range(rows):
        pupil = [f"学生{n}", f"G33010620100901{n:05}", f"{n % 9 + 1}年级{n // 9 % 20 + 1}班"]
        sheet.append([n + 1, *pupil, "女", "2016-01-02", f"家长{n}", f"齐溪镇 {n} 号"])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.alone
def test_five_thousand_rows_are_read_in_two_seconds() -> None:
    data = large(ROWS)
    began = time.perf_counter()
    roster = read_roster(data)
    took = time.perf_counter() - began
    assert (len(roster.pupils), roster.bad) == (ROWS, ())
    assert took < PROMISED_S * SLACK


@pytest.mark.slow
def test_the_largest_roster_is_read() -> None:
    roster = read_roster(large(19_999))
    assert (len(roster.pupils), roster.bad) == (19_999, ())
