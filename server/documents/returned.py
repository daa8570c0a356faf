"""The bad rows of a roster as a file to be corrected: its titles, its columns, and the reasons."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from io import BytesIO
from math import isfinite

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from server.documents.columns import plain
from server.documents.roster import BadRow, Head, Roster
from server.documents.sheets import Odd, Row, Value
from server.documents.words import Language, of_column, of_row

TEXT_FORMAT = "@"
REASON_WIDTH = 60
NARROWEST, WIDEST = 8, 40
"""Widths of the other columns, in letters."""
LONGEST_TAB = 31
NOTHING = "#N/A"
"""What stands for a value that can't be written, so that its row is not taken for an empty one."""

_NOT_IN_TABS = re.compile(r"[\\*?:/\[\]]")
_RED = Font(color="C00000")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def write_back(roster: Roster, language: Language) -> bytes:
    """An .xlsx with the bad rows alone, as they were, and why they were not taken.

    Numbers and classes become text cells, so that what is typed there stays as it is typed. It
    takes up to some seconds of CPU: call it in a thread.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for head in roster.heads:
        bad = [row for row in roster.bad if row.place.sheet == head.title]
        if bad:
            tab = _NOT_IN_TABS.sub("", head.title)[:LONGEST_TAB]
            _fill(book.create_sheet(tab or None), head, bad, language)
    if not book.worksheets:
        book.create_sheet()
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, head: Head, bad: Sequence[BadRow], language: Language) -> None:
    """One sheet: titles, header, rows."""
    reasons = _reason_column(head.rows[-1])
    rows = [*head.rows, *(row.cells for row in bad)]
    for number, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells, start=1):
            _write(sheet, number, column, value)
    _write(sheet, len(head.rows), reasons, of_column("reason", language))
    for number, row in enumerate(bad, start=len(head.rows) + 1):
        _tell(sheet, number, reasons, row, language)
        _keep_as_text(sheet, number, head)
    _merge(sheet, head)
    _widen(sheet, rows[len(head.rows) - 1 :], reasons)


def _reason_column(header: Row) -> int:
    """Behind all others; or where the reasons stood when the file came back before."""
    known = {of_column("reason", language) for language in Language}
    for column, value in enumerate(header, start=1):
        if isinstance(value, str) and plain(value) in known:
            return column
    return len(header) + 1


def _write(sheet: Worksheet, row: int, column: int, value: Value) -> None:
    """A value as it was; text stays text, whatever sign it begins with: never a formula."""
    if isinstance(value, str):
        cell = sheet.cell(row, column, ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type = "s"
    elif isinstance(value, Odd) or (isinstance(value, float) and not isfinite(value)):
        sheet.cell(row, column, NOTHING)
    else:
        sheet.cell(row, column, value)


def _tell(sheet: Worksheet, row: int, column: int, bad: BadRow, language: Language) -> None:
    _write(sheet, row, column, "\n".join(of_row(reason, language) for reason in bad.reasons))
    cell = sheet.cell(row, column)
    cell.font, cell.alignment = _RED, _WRAPPED


def _keep_as_text(sheet: Worksheet, number: int, head: Head) -> None:
    for column in (head.header.number, head.header.class_name):
        if column is not None:
            sheet.cell(number, column + 1).number_format = TEXT_FORMAT


def _merge(sheet: Worksheet, head: Head) -> None:
    """Titles go over the whole table again."""
    for span in head.spans:
        sheet.merge_cells(
            start_row=span.top,
            end_row=span.bottom,
            start_column=span.left,
            end_column=min(span.right, len(head.rows[-1])),
        )


def _widen(sheet: Worksheet, rows: Iterable[Row], reasons: int) -> None:
    for index, cells in enumerate(zip(*rows, strict=True), start=1):
        width = max(_width(value) for value in cells) + 2
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = min(max(width, NARROWEST), WIDEST)
    sheet.column_dimensions[get_column_letter(reasons)].width = REASON_WIDTH


def _width(value: Value) -> int:
    """Letters; a Chinese one is as wide as two others."""
    text = "" if value is None else str(value)[:WIDEST]
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
