import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from server.documents.tables import WIDEST, Table, comma_separated, xlsx

HOSTILE = ["=1+1", "+86", "-1", "@SUM(A1)", '=HYPERLINK("http://192.0.2.1")', "＝1+1", "＠SUM(A1)"]
TABLE = Table(
    title="出勤",
    header=["日期", "课", "到"],
    rows=[["2026-11-25", "茉莉花", 23], ["2026-11-26", "长" * 80, None]],
)


def test_a_workbook_has_a_bold_header_that_stays_and_columns_as_wide_as_their_text() -> None:
    sheet = load_workbook(BytesIO(xlsx(TABLE))).worksheets[0]
    assert sheet.title == "出勤"
    assert [cell.value for cell in sheet[1]] == ["日期", "课", "到"]
    assert all(cell.font.bold for cell in sheet[1])
    assert [cell.value for cell in sheet[2]] == ["2026-11-25", "茉莉花", 23]
    assert sheet["C3"].value is None
    assert sheet.freeze_panes == "A2"
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    assert widths == [12, WIDEST, 8]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_looks_like_a_formula_is_never_one(text: str) -> None:
    table = Table(title="出勤", header=["课"], rows=[[text]])
    cell = load_workbook(BytesIO(xlsx(table))).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    rows = list(csv.reader(StringIO(comma_separated(table).decode("utf-8-sig"))))
    assert rows == [["课"], [f"'{text}"]]


def test_csv_begins_with_its_mark_and_keeps_commas_quotes_and_lines() -> None:
    table = Table(title="出勤", header=["课"], rows=[['一,"二"\n三'], [3]])
    written = comma_separated(table)
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(written.decode("utf-8-sig"), newline="")))
    assert rows == [["课"], ['一,"二"\n三'], ["3"]]


def test_what_xml_can_not_hold_is_left_out() -> None:
    table = Table(title="出勤", header=["课"], rows=[["一\x00二"]])
    assert load_workbook(BytesIO(xlsx(table))).worksheets[0]["A2"].value == "一二"
