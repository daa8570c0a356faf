"""The visible sheets of an .xlsx as plain values, whoever wrote it: Excel, WPS or a program."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from io import BytesIO

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet.worksheet import Worksheet

from server.documents.refusal import FileError, FileFault
from server.documents.survey import MAX_ROWS, Extent, Span, survey

MAX_SHEETS = 50

# It warns of what it does not keep (drop-down lists, colours); nobody here wants them.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")


class Odd(Enum):
    """A cell without a value that one could read."""

    ERROR = "error"
    """#N/A, #REF! and their like."""
    UNCALCULATED = "uncalculated"
    """A formula whose value was never stored."""


Value = str | int | float | bool | datetime | date | time | timedelta | Odd | None
Row = tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet; rows that a filter hides are rows like others."""

    title: str
    """What its tab says."""
    rows: tuple[Row, ...]
    """From the first, empty ones too; all equally long."""
    spans: tuple[Span, ...]
    """Its merged cells."""

    def row_under_spans(self, index: int) -> list[Value]:
        """A row from 0, with what is merged down into it from above."""
        values, number = list(self.rows[index]), index + 1
        for span in self.spans:
            if span.top < number <= span.bottom and span.left <= len(values):
                values[span.left - 1] = self._value(span)
        return values

    def column_under_spans(self, index: int) -> list[Value]:
        """A column from 0, with what is merged down in it repeated: one class for many pupils."""
        values, done = [row[index] for row in self.rows], 0
        for span in sorted(self.spans, key=lambda one: one.top):
            if span.left <= index + 1 <= span.right:
                end = min(span.bottom, len(values))
                for number in range(max(span.top, done) + 1, end + 1):
                    values[number - 1] = self._value(span)
                done = max(done, end)
        return values

    def _value(self, span: Span) -> Value:
        row = self.rows[span.top - 1]
        return row[span.left - 1] if span.left <= len(row) else None


def read_sheets(data: bytes) -> tuple[Sheet, ...]:
    """The sheets that a person sees, those with nothing in them left out.

    It takes up to some seconds of CPU: call it in a thread.

    Raises:
        FileError: this is no workbook that can be read.
    """
    try:
        return _built(data, survey(data))
    except FileError:
        raise
    except Exception as error:
        # Bytes from anywhere: zipfile, zlib, expat and openpyxl answer broken ones with errors of
        # twenty kinds, and all of them mean the same to the person who sent the file.
        raise FileError(FileFault.BROKEN) from error


def _built(data: bytes, extents: Mapping[str, Extent]) -> tuple[Sheet, ...]:
    reader = ExcelReader(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    # Who made it and when is nobody's business here, and programs write it wrong.
    reader.valid_files = [name for name in reader.valid_files if not name.startswith("docProps/")]
    with reader.archive:
        reader.read()
        parts = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
        visible = [
            (sheet, extents[parts[sheet.title]])
            for sheet in reader.wb.worksheets
            if sheet.sheet_state == "visible"
        ]
        if len(visible) > MAX_SHEETS:
            raise FileError(FileFault.TOO_MANY_SHEETS, most=MAX_SHEETS)
        if sum(extent.last_row for _, extent in visible) > MAX_ROWS:
            raise FileError(FileFault.TOO_LONG, most=MAX_ROWS)
        return tuple(_sheet(sheet, extent) for sheet, extent in visible if extent.last_row)


def _sheet(sheet: Worksheet, extent: Extent) -> Sheet:
    rows = sheet.iter_rows(min_row=1, max_row=extent.last_row, max_col=extent.last_column)
    return Sheet(
        title=sheet.title,
        rows=tuple(
            tuple(_value(cell, (row, column) in extent.formulas) for column, cell in cells)
            for row, cells in enumerate((enumerate(cells, start=1) for cells in rows), start=1)
        ),
        spans=tuple(span for span in extent.spans if span.top <= extent.last_row),
    )


def _value(cell: Cell | MergedCell, is_formula: bool) -> Value:
    value = cell.value
    if value is None and is_formula:
        return Odd.UNCALCULATED
    return value if cell.data_type != "e" and isinstance(value, Value) else Odd.ERROR
