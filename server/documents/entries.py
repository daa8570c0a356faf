"""What stands in a pupil's three cells: name, number and class, or why it can't be taken; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from server.documents.columns import Column, plain
from server.documents.sheets import Odd, Value
from server.programme.class_names import ClassName, ClassNameError, ClassNameFault, class_name

LONGEST_NAME = 50
"""The longest in the residents' register has some 25 letters."""
LONGEST_NUMBER = 30
"""A national number has 19: G and the identity card's 18."""
MOST_DIGITS = 15
"""A spreadsheet keeps no more of a number that is no text (IEEE 754)."""
QUOTED = 20
"""Letters of a cell that are repeated in a reason."""

_BLANKS = re.compile(r"(?<![A-Za-z\s])\s+|\s+(?![A-Za-z\s])|[\u200b-\u200d\u2060\ufeff]")
"""Between Latin words a blank belongs to the name."""
_DOTS = re.compile(r"[•‧∙・･⋅]")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+")
_NUMBER = re.compile(rf"[0-9A-Z][0-9A-Z-]{{0,{LONGEST_NUMBER - 1}}}")


class RowFault(StrEnum):
    """Why a row is not taken; its sentence is in `locale`."""

    NAME_EMPTY = "name_empty"
    NAME_LONG = "name_long"
    NAME_ODD = "name_odd"
    NAME_REPEATED = "name_repeated"
    """Another in this class is called the same, and this one has no number."""
    NUMBER_ROUNDED = "number_rounded"
    """A long number kept as a number has lost its last digits."""
    NUMBER_ODD = "number_odd"
    NUMBER_REPEATED = "number_repeated"
    CLASS_EMPTY = "class_empty"
    CLASS_UNKNOWN = "class_unknown"
    CLASS_NO_NUMBER = "class_no_number"
    CLASS_YEAR_OF_ENTRY = "class_year_of_entry"
    CLASS_DATE = "class_date"
    """3-1 was typed and the spreadsheet made 1 March of it."""
    CLASS_ABSENT = "class_absent"
    """The school has no such class."""
    CLASS_OTHER = "class_other"
    """The file is to be of one class, and this row is of another."""
    CELL_ERROR = "cell_error"
    CELL_UNCALCULATED = "cell_uncalculated"


_CLASS_FAULTS = {
    ClassNameFault.UNKNOWN: RowFault.CLASS_UNKNOWN,
    ClassNameFault.NO_NUMBER: RowFault.CLASS_NO_NUMBER,
    ClassNameFault.YEAR_OF_ENTRY: RowFault.CLASS_YEAR_OF_ENTRY,
}
_CELL_FAULTS = {
    Odd.ERROR: RowFault.CELL_ERROR,
    Odd.UNCALCULATED: RowFault.CELL_UNCALCULATED,
}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One thing that is wrong with a row."""

    fault: RowFault
    """What."""
    data: Mapping[str, str | int] = field(default_factory=dict)
    """What its sentence needs to be filled in."""


class EntryError(ValueError):
    """A cell that can't be taken."""

    def __init__(self, fault: RowFault, **data: str | int) -> None:
        super().__init__(fault.value)
        self.reason = Reason(fault=fault, data=data)
        """What is wrong with it."""


def is_blank(value: Value) -> bool:
    """Whether a person sees nothing in a cell."""
    return value is None or (isinstance(value, str) and not plain(value))


def name_of(value: Value) -> str:
    """A pupil's name, without the blanks that make 张 三 as wide as 欧阳小明.

    Raises:
        EntryError: this is nobody's name.
    """
    _expect_value(value, Column.NAME)
    if is_blank(value):
        raise EntryError(RowFault.NAME_EMPTY)
    if not isinstance(value, str):
        raise EntryError(RowFault.NAME_ODD)
    name = _DOTS.sub("·", " ".join(_BLANKS.sub("", plain(value)).split()))
    if len(name) > LONGEST_NAME:
        raise EntryError(RowFault.NAME_LONG, most=LONGEST_NAME)
    if not name or not name[0].isalpha() or not name.isprintable():
        raise EntryError(RowFault.NAME_ODD)
    return name


def number_of(value: Value) -> str | None:
    """A pupil's number; None if the cell is empty.

    Raises:
        EntryError: it has lost digits, or is none.
    """
    _expect_value(value, Column.NUMBER)
    if is_blank(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _digits_of(value)
    if not isinstance(value, str):
        raise EntryError(RowFault.NUMBER_ODD)
    number = _BLANKS.sub("", plain(value)).lstrip("'‘’").upper()
    if _SCIENTIFIC.fullmatch(number):
        raise EntryError(RowFault.NUMBER_ROUNDED)
    if not _NUMBER.fullmatch(number):
        raise EntryError(RowFault.NUMBER_ODD)
    return number


def class_of(value: Value, grade: Value) -> ClassName:
    """A pupil's class, by the class alone or together with the grade's own column.

    Raises:
        EntryError: it is none.
    """
    _expect_value(value, Column.CLASS)
    if is_blank(value):
        raise EntryError(RowFault.CLASS_EMPTY)
    if isinstance(value, datetime | date | time | timedelta):
        raise EntryError(RowFault.CLASS_DATE)
    if isinstance(value, float) and not value.is_integer():
        # 3.1 was typed as 3.1 or as 3.10.
        raise EntryError(RowFault.CLASS_UNKNOWN, text=str(value))
    text, above = _text(value), "" if is_blank(grade) else _text(grade)
    try:
        return class_name(text)
    except ClassNameError as alone:
        return _joined(above, text, alone.fault)


def _joined(grade: str, text: str, alone: ClassNameFault) -> ClassName:
    """三年级 and 1班, each in a column of its own."""
    try:
        return class_name(grade + text)
    except ClassNameError as error:
        shown = text if len(text) <= QUOTED else f"{text[:QUOTED]}…"
        fault = error.fault if grade and alone is ClassNameFault.UNKNOWN else alone
        raise EntryError(_CLASS_FAULTS[fault], text=shown) from error


def _expect_value(value: Value, column: Column) -> None:
    if isinstance(value, Odd):
        raise EntryError(_CELL_FAULTS[value], column=column.value)


def _digits_of(value: float) -> str:
    """A number that a spreadsheet keeps as one.

    Raises:
        EntryError: it is longer than it keeps, or has a fraction.
    """
    if abs(value) >= 10**MOST_DIGITS:
        raise EntryError(RowFault.NUMBER_ROUNDED)
    if value != value or value < 0 or value != int(value):  # the first: NaN
        raise EntryError(RowFault.NUMBER_ODD)
    return str(int(value))


def _text(value: Value) -> str:
    """301 and 301.0 are 301."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return plain(str(value))
