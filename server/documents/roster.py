"""A class roster from a spreadsheet: who is taken, who is not and why, as one value.

Of each pupil the name, the number and the class are read and nothing else. The file changes
nothing anywhere; whoever imports takes the value as a whole or not at all.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from server.documents.columns import Header, find_header
from server.documents.drafts import Allowed, Draft, Place, drafts_of
from server.documents.entries import Reason
from server.documents.refusal import FileError, FileFault
from server.documents.repeats import refuse_repeated
from server.documents.sheets import Row, Sheet, read_sheets
from server.documents.survey import Span
from server.programme.class_names import ClassName

ANY = Allowed()
"""Whatever class."""


@dataclass(frozen=True, kw_only=True)
class Pupil:
    """A row that is taken."""

    name: str
    """Family name and given name."""
    number: str | None
    """Of the school or the district; not every school gives one."""
    class_name: ClassName
    """In which class."""
    place: Place
    """Where it stood."""


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that is not taken."""

    place: Place
    """Where it stood."""
    reasons: tuple[Reason, ...]
    """Everything that is wrong with it."""
    cells: Row
    """The whole row, to be given back."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands above the pupils of a sheet."""

    title: str
    """Its tab."""
    rows: tuple[Row, ...]
    """Title rows and the header, which is the last."""
    spans: tuple[Span, ...]
    """Merged cells in them."""
    header: Header
    """Which column is which."""


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Everything that a file says."""

    pupils: tuple[Pupil, ...]
    """Who can be taken."""
    bad: tuple[BadRow, ...]
    """What can't."""
    heads: tuple[Head, ...]
    """The sheets that were read."""
    unread: tuple[str, ...]
    """The tabs of sheets that hold something but no roster."""


def read_roster(data: bytes, allowed: Allowed = ANY) -> Roster:
    """What an .xlsx says of a school's pupils.

    It takes some seconds of CPU for the largest files: call it in a thread.

    Args:
        data: the file.
        allowed: which classes it may name.

    Raises:
        FileError: nothing of it can be taken.
    """
    sheets = read_sheets(data)
    headed = [(sheet, head) for sheet in sheets if (head := find_header(sheet)) is not None]
    if not headed:
        raise FileError(FileFault.NO_HEADER)
    drafts = [draft for sheet, head in headed for draft in drafts_of(sheet, head, allowed)]
    if not drafts:
        raise FileError(FileFault.NO_ROWS)
    refuse_repeated(drafts)
    return Roster(
        pupils=tuple(_pupils(drafts)),
        bad=tuple(
            BadRow(place=draft.place, reasons=tuple(draft.reasons), cells=draft.cells)
            for draft in drafts
            if draft.reasons
        ),
        heads=tuple(_head(sheet, header) for sheet, header in headed),
        unread=_unread(sheets, {sheet.title for sheet, _ in headed}),
    )


def _pupils(drafts: Iterable[Draft]) -> Iterator[Pupil]:
    for draft in drafts:
        if not draft.reasons and draft.name is not None and draft.class_name is not None:
            yield Pupil(
                name=draft.name,
                number=draft.number,
                class_name=draft.class_name,
                place=draft.place,
            )


def _head(sheet: Sheet, header: Header) -> Head:
    return Head(
        title=sheet.title,
        rows=sheet.rows[: header.row + 1],
        spans=tuple(span for span in sheet.spans if span.bottom <= header.row + 1),
        header=header,
    )


def _unread(sheets: Iterable[Sheet], read: Container[str]) -> tuple[str, ...]:
    return tuple(sheet.title for sheet in sheets if sheet.title not in read)
