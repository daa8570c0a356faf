"""Why a file as a whole can't be read; its sentence is in `locale`."""

from collections.abc import Mapping
from enum import StrEnum


class FileFault(StrEnum):
    """What is wrong with a file."""

    EMPTY = "empty"
    OLD_XLS = "old_xls"
    """Excel 97 to 2003, or WPS's .et."""
    LOCKED = "locked"
    """With a password."""
    NOT_XLSX = "not_xlsx"
    """CSV, a web page, another kind of document."""
    STRICT = "strict"
    """Strict Open XML, which few programs read."""
    BROKEN = "broken"
    TOO_BIG = "too_big"
    """In bytes, as it is."""
    TOO_MUCH = "too_much"
    """Once unpacked."""
    TOO_LONG = "too_long"
    TOO_WIDE = "too_wide"
    TOO_MANY_SHEETS = "too_many_sheets"
    NO_HEADER = "no_header"
    NO_CLASS_COLUMN = "no_class_column"
    COLUMN_TWICE = "column_twice"
    NO_ROWS = "no_rows"
    """A header and nobody under it."""


class FileError(ValueError):
    """Nothing of this file is taken."""

    def __init__(self, fault: FileFault, **data: str | int) -> None:
        super().__init__(fault.value)
        self.fault = fault
        """What is wrong."""
        self.data: Mapping[str, str | int] = data
        """What the sentence needs to be filled in."""
