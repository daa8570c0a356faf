"""A table for Excel or WPS: .xlsx, or CSV that both open in Chinese; never a formula."""

import csv
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | None
NARROWEST, WIDEST = 8, 50
"""Widths of columns, in letters."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With what a cell begins that a spreadsheet program would calculate (OWASP, CSV Injection).

The last four are wide, as Chinese is typed; programs in East Asian languages may take them too.
"""
BOM = b"\xef\xbb\xbf"
"""Excel takes a CSV without it for the encoding of its own country."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """What is written."""

    title: str
    """What the sheet's tab says."""
    header: Sequence[str]
    """The names of the columns."""
    rows: Sequence[Sequence[Cell]]
    """As long as the header, each."""


def xlsx(*tables: Table) -> bytes:
    """The tables as a workbook, a sheet each; some seconds of CPU: call it in a thread."""
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    for table in tables:
        _fill(book.create_sheet(table.title), table)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, table: Table) -> None:
    rows = [table.header, *table.rows]
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            _write(sheet, number, column, value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    _widen(sheet, rows)


def comma_separated(table: Table, *more: Table) -> bytes:
    """The table as CSV (RFC 4180), UTF-8 with its mark; call it in a thread.

    Another one follows below an empty line, under its title.
    A text that begins like a formula gets an apostrophe in front: CSV knows no types.
    """
    out = StringIO()
    writer = csv.writer(out)
    below = [row for one in more for row in ((), (one.title,), one.header, *one.rows)]
    for row in (table.header, *table.rows, *below):
        writer.writerow([_plain(value) for value in row])
    return BOM + out.getvalue().encode()


def _plain(value: Cell) -> Cell:
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return value


def _write(sheet: Worksheet, row: int, column: int, value: Cell) -> None:
    """Text stays text, whatever sign it begins with."""
    if not isinstance(value, str):
        sheet.cell(row, column, value)
        return
    cell = sheet.cell(row, column, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    if "\n" in value:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _widen(sheet: Worksheet, rows: Sequence[Sequence[Cell]]) -> None:
    for index, cells in enumerate(zip(*rows, strict=True), start=1):
        width = max(_width(value) for value in cells) + 2
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = min(max(width, NARROWEST), WIDEST)


def _width(value: Cell) -> int:
    """Letters of the longest line; a Chinese one is as wide as two others."""
    lines = "" if value is None else str(value)
    return max((_letters(line) for line in lines.split("\n")), default=0)


def _letters(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line[:WIDEST])
