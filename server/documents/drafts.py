"""The rows of a sheet, each judged by itself; pure."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from server.documents.columns import Header
from server.documents.entries import (
    EntryError,
    Reason,
    RowFault,
    class_of,
    is_blank,
    name_of,
    number_of,
)
from server.documents.sheets import Row, Sheet, Value
from server.programme.class_names import ClassName

T = TypeVar("T")


@dataclass(frozen=True, order=True)
class Place:
    """Where in the file."""

    sheet: str
    """The tab."""
    row: int
    """From 1, as spreadsheets count."""


@dataclass(kw_only=True)
class Draft:
    """A row while it is judged."""

    place: Place
    """Where it stands."""
    cells: Row
    """Everything in it; what was merged over several pupils is repeated."""
    name: str | None = None
    """Whose it is, if that can be read."""
    number: str | None = None
    """Their number, if there is one that can be read."""
    class_name: ClassName | None = None
    """Their class, if that can be read."""
    reasons: list[Reason] = field(default_factory=list)
    """What is wrong with it."""

    def take(self, read: Callable[[], T]) -> T | None:
        """What a cell holds; if it can't be taken, one more reason."""
        try:
            return read()
        except EntryError as error:
            self.reasons.append(error.reason)
            return None


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Which classes a file may name."""

    classes: Container[ClassName] | None = None
    """Those that the school has; none if it may have others."""
    only: ClassName | None = None
    """The one class that the file is of; none if it may be of several."""


def drafts_of(sheet: Sheet, header: Header, allowed: Allowed) -> Iterator[Draft]:
    """The rows under a header in which somebody stands."""
    merged = {
        column: sheet.column_under_spans(column)
        for column in (header.class_name, header.grade)
        if column is not None
    }
    for index in range(header.row + 1, len(sheet.rows)):
        own = sheet.rows[index]
        if _is_nobody(own, header) or own == sheet.rows[header.row]:
            continue
        cells = list(own)
        for column, values in merged.items():
            cells[column] = values[index]
        yield _judged(
            Draft(place=Place(sheet.title, index + 1), cells=tuple(cells)), header, allowed
        )


def _judged(draft: Draft, header: Header, allowed: Allowed) -> Draft:
    cells = draft.cells
    number = None if header.number is None else cells[header.number]
    grade = None if header.grade is None else cells[header.grade]
    draft.name = draft.take(partial(name_of, cells[header.name]))
    draft.number = draft.take(partial(number_of, number))
    draft.class_name = draft.take(partial(_class_of, cells[header.class_name], grade, allowed))
    return draft


def _is_nobody(cells: Row, header: Header) -> bool:
    """An empty row, one with nothing but its serial number, or a line below the table."""
    read = (header.name, header.number, header.class_name)
    return all(is_blank(cells[column]) for column in read if column is not None)


def _class_of(value: Value, grade: Value, allowed: Allowed) -> ClassName:
    found = class_of(value, grade)
    if allowed.only is not None and found != allowed.only:
        raise EntryError(RowFault.CLASS_OTHER, name=str(found), only=str(allowed.only))
    if allowed.classes is not None and found not in allowed.classes:
        raise EntryError(RowFault.CLASS_ABSENT, name=str(found))
    return found
