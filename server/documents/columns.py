"""Where a roster's table begins and which column is which, by what people call them; pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.documents.refusal import FileError, FileFault
from server.documents.sheets import Sheet, Value


class Column(StrEnum):
    """A column that is read; every other one is left alone."""

    NAME = "姓名"
    NUMBER = "学号"
    SCHOOL_NUMBER = "学籍号"
    NATIONAL_NUMBER = "全国学籍号"
    GRADE = "年级"
    CLASS = "班级"


SYNONYMS: Mapping[Column, tuple[str, ...]] = {
    Column.NAME: ("姓名", "学生姓名", "名字", "学生名字", "学生"),
    Column.NUMBER: ("学号", "学生学号", "校内学号", "班内学号"),
    Column.SCHOOL_NUMBER: ("学籍号", "学籍编号", "学生学籍号", "省学籍号", "学籍辅号"),
    Column.NATIONAL_NUMBER: ("全国学籍号", "全国学籍编号", "国家学籍号", "国网学籍号"),
    Column.GRADE: ("年级", "所在年级", "年级名称"),
    Column.CLASS: ("班级", "所在班级", "班级名称", "学生班级", "行政班", "行政班级", "班别", "班"),
}
"""What each is called; after 姓名 may stand （必填）, * or a colon."""

NUMBERS = (Column.NUMBER, Column.SCHOOL_NUMBER, Column.NATIONAL_NUMBER)
"""The first of these that there is, is read: a national number holds the identity card's."""

DEEPEST_HEADER = 30
"""Rows in which it is looked for."""

_COLUMNS = {name: column for column, names in SYNONYMS.items() for name in names}
_DECORATION = re.compile(r"[(\[【].*|[*:※●★\s]")


@dataclass(frozen=True, kw_only=True)
class Header:
    """Where the table begins; rows and columns count from 0."""

    row: int
    """The row with the columns' names; the pupils stand below it."""
    name: int
    """Column of the names."""
    number: int | None
    """Column of the numbers, if there is one."""
    grade: int | None
    """Column of the grades, if they have one."""
    class_name: int
    """Column of the classes."""


def find_header(sheet: Sheet) -> Header | None:
    """The header of a sheet; None if it has none, as a sheet of explanations.

    Raises:
        FileError: there is one that lacks the class, or has a column twice.
    """
    lacking = False
    for row in range(min(DEEPEST_HEADER, len(sheet.rows))):
        places = _places(sheet.row_under_spans(row))
        if Column.NAME in places and Column.CLASS in places:
            return _header(sheet, row, places)
        lacking = lacking or Column.NAME in places
    if lacking:
        raise FileError(FileFault.NO_CLASS_COLUMN, sheet=sheet.title)
    return None


def plain(text: str) -> str:
    """Text as everybody types it: full-width forms made half-width, blanks at its ends gone."""
    return unicodedata.normalize("NFKC", text).strip().strip("\u200b\ufeff")


def _places(row: Sequence[Value]) -> dict[Column, list[int]]:
    """The columns whose names stand in a row."""
    places: dict[Column, list[int]] = {}
    for index, value in enumerate(row):
        if isinstance(value, str) and (column := _COLUMNS.get(_called(value))) is not None:
            places.setdefault(column, []).append(index)
    return places


def _called(text: str) -> str:
    return _DECORATION.sub("", plain(text).lstrip("*※●★")) if len(text) < 100 else ""


def _header(sheet: Sheet, row: int, places: Mapping[Column, list[int]]) -> Header:
    number = next((column for column in NUMBERS if column in places), None)
    for column in (Column.NAME, Column.CLASS, Column.GRADE, number):
        if column is not None and len(places.get(column, ())) > 1:
            raise FileError(FileFault.COLUMN_TWICE, sheet=sheet.title, column=column.value)
    return Header(
        row=row,
        name=places[Column.NAME][0],
        number=places[number][0] if number else None,
        grade=places[Column.GRADE][0] if Column.GRADE in places else None,
        class_name=places[Column.CLASS][0],
    )
