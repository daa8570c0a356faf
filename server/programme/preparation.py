"""What the teachers of a lesson prepare together, 备课: a note, files, a tick for each side; pure.

A note is written over by whoever saw the one before. Who did not, because another was quicker, has
theirs kept beside it, and nobody's text is lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.programme.lesson import Lesson
from server.programme.refusal import Refusal, RefusedError

LONGEST_NOTE = 4000
"""Characters of a note."""
MOST_NOTES = 50
"""Texts of a lesson that are kept; the oldest make room."""
MOST_FILES = 10
LARGEST_FILE = 20 * 1024 * 1024
"""Bytes: a long presentation with pictures."""
LONGEST_NAME = 100
"""Characters of a file's name."""

_PDF, _JPEG, _PNG = b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_ZIP = b"PK\x03\x04"
"""How a document of Office 2007 and later begins (ECMA-376, part 2)."""
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an older one begins, and one of WPS (MS-CFB, 2.2)."""

KINDS = {
    "pdf": _PDF,
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": _PNG,
    **dict.fromkeys(("docx", "xlsx", "pptx"), _ZIP),
    **dict.fromkeys(("doc", "xls", "ppt", "wps", "et", "dps"), _COMPOUND),
}
"""With what a file of each kind begins; with macros there is none."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """A text as somebody saved it."""

    id: str
    """Random; sorts by time."""
    author: str
    """The account of whoever wrote it."""
    at: datetime
    """When."""
    text: str
    """What it says."""
    aside: bool
    """Whether another stood already that its author had not seen."""


@dataclass(frozen=True, kw_only=True)
class Handout:
    """A file that was put to it."""

    id: str
    """Random; the file is found by it."""
    name: str
    """What people call it."""
    kind: str
    """One of `KINDS`."""
    octets: int
    """How large it is."""
    added_by: str
    """The account of whoever added it."""
    at: datetime
    """When."""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A room's side is ready."""

    room: str
    """The participant that the room is in its lesson."""
    person: str
    """The account of whoever said so."""
    at: datetime
    """When."""


def standing(notes: Sequence[Note]) -> Note | None:
    """The note that stands, of all texts, oldest first; none if nobody has written one."""
    return next((one for one in reversed(notes) if not one.aside), None)


def is_aside(notes: Sequence[Note], after: str | None) -> bool:
    """Whether a new text is kept beside the note that stands: its author saw another, or none."""
    last = standing(notes)
    return last is not None and last.id != after


def checked(text: str) -> str:
    """A note as it was typed, without space at its ends; an empty one says that there is none.

    Raises:
        RefusedError: it is too long.
    """
    found = text.replace("\r\n", "\n").strip()
    if len(found) > LONGEST_NOTE:
        raise RefusedError(Refusal.PREPARATION_NOTE_LONG, most=LONGEST_NOTE)
    return found


def handout_name(typed: str) -> str:
    """What a file is called: its name without a folder and without what can't be seen.

    Raises:
        RefusedError: nothing is left of it.
    """
    last = typed.replace("\\", "/").rpartition("/")[2]
    name = " ".join("".join(one for one in last if one.isprintable()).split())
    if not name:
        raise RefusedError(Refusal.NAME_MISSING)
    stem, dot, kind = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(kind) - 1]}{dot}{kind}" if dot else name[:LONGEST_NAME]


def kind_of(name: str, data: bytes) -> str:
    """What kind of file it is; its name and its first bytes must agree.

    Raises:
        RefusedError: it is too large, or none of the kinds that are taken.
    """
    if len(data) > LARGEST_FILE:
        raise RefusedError(Refusal.PREPARATION_FILE_LARGE, most=LARGEST_FILE // 1024**2)
    kind = name.rpartition(".")[2].lower()
    begins = KINDS.get(kind)
    if begins is None or not data.startswith(begins):
        raise RefusedError(Refusal.PREPARATION_FILE_KIND)
    return kind


def still_ready(ticks: Iterable[Tick], before: Lesson, after: Lesson) -> list[Tick]:
    """Of the sides that were ready, those that are told to do nothing else by another plan."""
    return [one for one in ticks if after.room(one.room) == before.room(one.room)]
