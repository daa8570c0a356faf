from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from server.documents.entries import RowFault
from server.documents.returned import write_back
from server.documents.roster import read_roster
from server.documents.words import Language
from tests.support.workbooks import HEADER, cells, filled, saved, workbook

TITLE = ("齐溪镇中心小学名册", None, None, None, None)
COLUMNS = ("序号", *HEADER, "备注")


def returned(data: bytes, language: Language = Language.ZH) -> bytes:
    return write_back(read_roster(data), language)


def first(data: bytes) -> Worksheet:
    return load_workbook(BytesIO(data)).worksheets[0]


SENT = workbook(
    TITLE,
    COLUMNS,
    (1, "张三", "2026001", "三(1)班", "班长"),
    (2, None, "2026002", "三(1)班", datetime.combine(date(2026, 9, 1), time())),
    (3, "王五", 3.3e18, "三年级", "=HYPERLINK"),
    merged=["A1:E1"],
)


def test_the_bad_rows_come_back_under_their_titles_with_reasons() -> None:
    title, header, second, third = cells(returned(SENT))
    assert title[:5] == TITLE
    assert header == (*COLUMNS, "原因")
    assert second[:5] == (2, None, "2026002", "三(1)班", datetime.combine(date(2026, 9, 1), time()))
    assert second[5] == "没有姓名；请填上姓名，或删去这一行。"
    assert third[:4] == (3, "王五", 3.3e18, "三年级")
    assert str(third[5]).count("\n") == 1


def test_the_reasons_come_in_english_too() -> None:
    _, header, second, _ = cells(returned(SENT, Language.EN))
    assert header[-1] == "Reason"
    assert second[-1] == "The name is missing; fill it in or delete this row."


def test_the_titles_are_merged_and_the_columns_wide_enough() -> None:
    sheet = first(returned(SENT))
    assert [str(span) for span in sheet.merged_cells.ranges] == ["A1:E1"]
    assert sheet.title == "名册"
    assert sheet.column_dimensions["F"].width == 60


def test_what_is_typed_into_numbers_and_classes_stays_text() -> None:
    sheet = first(returned(SENT))
    assert {sheet[f"{column}4"].number_format for column in "CD"} == {"@"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "=cmd|'/C calc'!A0"])
def test_text_never_comes_back_as_a_formula(text: str) -> None:
    book = Workbook()
    filled(book.worksheets[0], [HEADER, ["", "1", "301"]])
    cell = book.worksheets[0].cell(2, 1)
    cell.value, cell.data_type = text, "s"
    sheet = first(returned(saved(book)))
    assert (sheet["A2"].value, sheet["A2"].data_type) == (text, "s")


def test_a_formula_without_a_result_comes_back_as_an_error_and_not_empty() -> None:
    sheet = first(returned(workbook(HEADER, ("=A1", None, None))))
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("#N/A", "e")


def test_corrected_rows_are_taken_and_a_second_column_of_reasons_is_not_made() -> None:
    book = load_workbook(BytesIO(returned(SENT)))
    sheet = book.worksheets[0]
    sheet["B3"], sheet["C4"] = "李四", "2026003"
    again = read_roster(saved(book))
    assert [pupil.name for pupil in again.pupils] == ["李四"]
    (bad,) = again.bad
    assert [reason.fault for reason in bad.reasons] == [RowFault.CLASS_NO_NUMBER]
    assert cells(write_back(again, Language.EN))[1] == (*COLUMNS, "Reason")


def test_a_class_merged_over_pupils_comes_back_with_each() -> None:
    sent = workbook(HEADER, ("张三", "1", "三(1)班"), (7, "2"), merged=["C2:C3"])
    assert cells(returned(sent))[1][:3] == (7, "2", "三(1)班")


def test_each_sheet_with_bad_rows_comes_back_and_no_other() -> None:
    book = Workbook()
    filled(book.worksheets[0], [HEADER, ["", "1", "301"]])
    filled(book.create_sheet("二"), [HEADER, ["张三", "1", "201"]])
    filled(book.create_sheet("三"), [HEADER, ["", "1", "301"]])
    assert load_workbook(BytesIO(returned(saved(book)))).sheetnames == ["Sheet", "三"]


def test_a_tab_that_no_spreadsheet_allows_is_made_one() -> None:
    sent = workbook(HEADER, ("", "1", "301"))
    roster = read_roster(sent)
    odd = "三/1:班[*]" + "长" * 40
    row, head = roster.bad[0], roster.heads[0]
    renamed = replace(
        roster,
        bad=(replace(row, place=replace(row.place, sheet=odd)),),
        heads=(replace(head, title=odd),),
    )
    assert first(write_back(renamed, Language.ZH)).title == ("三1班" + "长" * 40)[:31]
