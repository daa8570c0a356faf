import subprocess
import sys
import time
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from server.documents.refusal import FileError, FileFault
from server.documents.sheets import MAX_SHEETS, Odd, Row, Sheet, read_sheets
from server.documents.survey import MAX_ROWS, Span
from tests.support.workbooks import (
    KIND,
    MAIN,
    PARTS,
    inline,
    package,
    saved,
    sheet_of,
    workbook,
    worksheet,
)


def only(data: bytes) -> Sheet:
    (sheet,) = read_sheets(data)
    return sheet


def rows(data: bytes) -> tuple[Row, ...]:
    return only(data).rows


def test_values_are_what_the_cells_hold() -> None:
    day = datetime.combine(date(2026, 3, 1), datetime.min.time())
    written = ("张三", 301, 3.5, True, day, None, "#N/A")
    assert rows(workbook(written)) == ((*written[:-1], Odd.ERROR),)


def test_a_formula_counts_by_its_stored_value() -> None:
    stored = '<c r="A1" t="str"><f>B1&amp;C1</f><v>三(1)班</v></c>'
    empty = '<c r="B1" t="str"><f>""</f><v></v></c><c r="C1"><f>300+1</f><v>301</v></c>'
    row = f'<row r="1">{stored}{empty}<c r="D1"><f>1</f></c></row>'
    assert rows(package(worksheet(row))) == (("三(1)班", None, 301, Odd.UNCALCULATED),)
    assert rows(workbook(("=1+1", "甲"))) == ((Odd.UNCALCULATED, "甲"),)


def test_texts_in_their_cells_without_places_are_read() -> None:
    sheet = only(package(worksheet(inline("姓名", "班级") + inline("张三", "301"))))
    assert (sheet.title, sheet.rows) == ("名册", (("姓名", "班级"), ("张三", "301")))


def test_shared_texts_are_read_without_how_they_are_spoken() -> None:
    spoken = '<rPh sb="0" eb="1"><t>zhang</t></rPh>'
    text = f"<si><r><rPr><b/></rPr><t>张</t></r><r><t>三</t></r>{spoken}</si>"
    kind = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/>'
    parts = {
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{text}</sst>',
        "[Content_Types].xml": PARTS["[Content_Types].xml"].replace("</Types>", f"{kind}</Types>"),
    }
    cell = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    assert rows(package(worksheet(cell), parts)) == (("张三",),)


def test_a_wrong_dimension_is_not_believed() -> None:
    lie = worksheet(inline("姓名", "班级")).replace(
        "<sheetData>", '<dimension ref="A1:A1"/><sheetData>'
    )
    assert rows(package(lie)) == (("姓名", "班级"),)
    huge = lie.replace("A1:A1", "A1:XFD1048576")
    assert rows(package(huge)) == (("姓名", "班级"),)


def test_rows_that_are_left_out_keep_their_numbers() -> None:
    far = '<row r="3"><c r="B3" t="inlineStr"><is><t>甲</t></is></c></row>'
    assert rows(package(worksheet(far))) == ((None, None), (None, None), (None, "甲"))


def test_hidden_rows_are_rows_and_hidden_sheets_are_none() -> None:
    book = Workbook()
    book.worksheets[0].append(["甲"])
    book.worksheets[0].append(["乙"])
    book.worksheets[0].row_dimensions[2].hidden = True
    secret = book.create_sheet("暗")
    secret.append(["丙"])
    secret.sheet_state = "hidden"
    book.create_sheet("空")
    assert rows(saved(book)) == (("甲",), ("乙",))


def test_as_many_sheets_as_allowed() -> None:
    book = Workbook()
    for _ in range(MAX_SHEETS - 1):
        book.create_sheet()
    read_sheets(saved(book))
    book.create_sheet()
    with pytest.raises(FileError) as refused:
        read_sheets(saved(book))
    assert refused.value.fault is FileFault.TOO_MANY_SHEETS


def test_all_sheets_together_have_no_more_rows_than_one_may() -> None:
    book = Workbook()
    book.worksheets[0].cell(MAX_ROWS, 1, "甲")
    book.create_sheet().cell(1, 1, "乙")
    with pytest.raises(FileError) as refused:
        read_sheets(saved(book))
    assert refused.value.fault is FileFault.TOO_LONG


MERGED = Sheet(
    title="名册",
    rows=(("三(1)班", "甲"), (None, "乙"), (None, "丙"), ("三(2)班", "丁"), (None, "戊")),
    spans=(
        Span(top=4, bottom=999_999, left=1, right=1),
        Span(top=1, bottom=3, left=1, right=1),
    ),
)


def test_a_column_repeats_what_is_merged_down_in_it() -> None:
    classes = MERGED.column_under_spans(0)
    assert classes == ["三(1)班", "三(1)班", "三(1)班", "三(2)班", "三(2)班"]
    assert MERGED.column_under_spans(1) == ["甲", "乙", "丙", "丁", "戊"]


def test_a_row_shows_what_is_merged_down_into_it() -> None:
    assert MERGED.row_under_spans(2) == ["三(1)班", "丙"]
    assert MERGED.row_under_spans(3) == ["三(2)班", "丁"]


def test_spans_outside_a_sheet_do_no_harm() -> None:
    plain = sheet_of(("甲",), ("乙",))
    odd = Sheet(
        title="",
        rows=plain.rows,
        spans=(Span(top=1, bottom=2, left=7, right=9), Span(top=1, bottom=2, left=1, right=99)),
    )
    assert odd.column_under_spans(0) == ["甲", "甲"]
    assert odd.row_under_spans(1) == ["甲"]


def test_spans_that_lie_on_each_other_cost_no_more_than_the_column() -> None:
    wide = 20_000
    spans = tuple(Span(top=1, bottom=wide, left=1, right=1) for _ in range(50_000))
    sheet = Sheet(title="", rows=(("甲",), *((None,),) * (wide - 1)), spans=spans)
    began = time.perf_counter()
    assert sheet.column_under_spans(0) == ["甲"] * wide
    assert time.perf_counter() - began < 5, "0.1 s; cell by cell for each span it is a minute"


def test_who_made_it_and_when_does_not_matter() -> None:
    core = (
        '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:d="http://purl.org/dc/terms/"><d:created>昨天</d:created>'
        "</c:coreProperties>"
    )
    assert rows(package(worksheet(inline("甲")), {"docProps/core.xml": core})) == (("甲",),)


def test_what_openpyxl_does_not_keep_is_no_warning() -> None:
    """A file whose styles say nothing; -W error would make a refusal of a warning."""
    program = (
        "import sys; from server.documents.sheets import read_sheets; "
        "print(read_sheets(sys.stdin.buffer.read())[0].rows)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        input=package(worksheet(inline("姓名"))),
        capture_output=True,
        check=True,
    )
    assert (done.stdout.decode().strip(), done.stderr) == ("(('姓名',),)", b"")
