"""Attendance lists as files that Excel and WPS open: the same rows as the page."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import pairwise

from server.actions.absences import AbsencesWords, Named
from server.actions.attendance import LessonsWords, LessonWords, RoomWords, SumsWords
from server.actions.rolls import OPERATOR, DeclaredWords
from server.documents.tables import Cell, Table, comma_separated, xlsx
from server.documents.words import Language, of_attendance
from server.programme.attendance import SCHOOL_TIME, RollState
from server.programme.attendance_marks import Mark

LESSON_COLUMNS = (
    *("date", "time", "lesson", "school", "room", "class"),
    *("expected", "present", "on_leave", "absent", "rate"),
    *("late", "observing"),
    *("state", "by", "at", "corrections"),
)
SUM_COLUMNS = (
    *("school", "class", "lessons", "declared"),
    *("expected", "present", "on_leave", "absent", "rate", "observing"),
)
OBSERVER_COLUMNS = ("date", "time", "lesson", "observer", "came", "went", "added_by")
NAMES_COLUMN = "missing"
ABSENCE_COLUMNS = ("pupil", "called", "absent", "on_leave", "late")
Say = Callable[..., str]


class FileKind(StrEnum):
    """As what a list is downloaded."""

    XLSX = "xlsx"
    CSV = "csv"


async def lessons_file(
    found: LessonsWords, kind: FileKind, language: Language, named: Named | None = None
) -> bytes:
    """The attendance of lessons, a row for each room; with `named` also who was missing there."""
    return await asyncio.to_thread(_lessons_file, found, kind, partial(_say, language), named)


async def sums_file(found: SumsWords, kind: FileKind, language: Language) -> bytes:
    """The attendance of classes over a time, a row for each."""
    return await asyncio.to_thread(_sums_file, found, kind, partial(_say, language))


async def absences_file(found: AbsencesWords, kind: FileKind, language: Language) -> bytes:
    """How often each pupil of a class was missing, a row for each."""
    rows: list[list[Cell]] = [
        [one["name"], one["lessons"], one["absent"], one["on_leave"], one["late"]]
        for one in found["pupils"]
    ]
    say = partial(_say, language)
    return await asyncio.to_thread(_written, ABSENCE_COLUMNS, rows, kind, say)


def _lessons_file(found: LessonsWords, kind: FileKind, say: Say, named: Named | None) -> bytes:
    columns: tuple[str, ...] = LESSON_COLUMNS
    rows = _rows(found, say)
    if named is not None:
        rooms = [room["roll"]["room"] for lesson in found["lessons"] for room in lesson["rooms"]]
        columns = (*columns, NAMES_COLUMN)
        rows = [[*row, _missing(named, room, say)] for row, room in zip(rows, rooms, strict=True)]
    return _written(columns, rows, kind, say, _observers(found, say))


def _observers(found: LessonsWords, say: Say) -> Table | None:
    """Teachers who listened, a row for each; no table if nobody did."""
    rows: list[list[Cell]] = [
        [
            *_when(lesson),
            one["name"],
            *(f"{_wall(at):%H:%M}" if at else "" for at in (one["begin"], one["end"])),
            one["added_by"],
        ]
        for lesson in found["lessons"]
        for one in lesson["observers"]
    ]
    header = [say(name) for name in OBSERVER_COLUMNS]
    return Table(title=say("observers"), header=header, rows=rows) if rows else None


def _rows(found: LessonsWords, say: Say) -> list[list[Cell]]:
    return [row for lesson in found["lessons"] for row in _lesson_rows(lesson, say)]


def _missing(named: Named, room: str, say: Say) -> str:
    """Names by mark, a line each: 缺 小明、小刚."""
    marked = {
        mark: [one.name for one in named.get(room, ()) if one.mark is mark]
        for mark in (Mark.ABSENT, Mark.ON_LEAVE, Mark.LATE)
    }
    return "\n".join(
        say("marked", mark=say(f"mark_{mark}"), names=say("between").join(names))
        for mark, names in marked.items()
        if names
    )


def _sums_file(found: SumsWords, kind: FileKind, say: Say) -> bytes:
    rows: list[list[Cell]] = [
        [
            *(one["school"], one["name"], one["lessons"], one["declared"]),
            *(one["expected"], one["present"], one["on_leave"], one["absent"]),
            *(_percent(one["rate"]), one["observing"]),
        ]
        for one in found["classes"]
    ]
    return _written(SUM_COLUMNS, rows, kind, say)


def _written(
    columns: tuple[str, ...],
    rows: list[list[Cell]],
    kind: FileKind,
    say: Say,
    below: Table | None = None,
) -> bytes:
    table = Table(title=say("title"), header=[say(one) for one in columns], rows=rows)
    more = () if below is None else (below,)
    return xlsx(table, *more) if kind is FileKind.XLSX else comma_separated(table, *more)


def _say(language: Language, name: str, **data: str | int) -> str:
    return of_attendance(name, language, **data)


def _lesson_rows(lesson: LessonWords, say: Say) -> Iterator[list[Cell]]:
    for room in lesson["rooms"]:
        yield [
            *_when(lesson),
            *(room["school"], room["name"], room["learners"]),
            *_roll_cells(room, say),
        ]


def _when(lesson: LessonWords) -> list[Cell]:
    starts, ends = _wall(lesson["starts"]), _wall(lesson["ends"])
    return [starts.date().isoformat(), f"{starts:%H:%M}–{ends:%H:%M}", lesson["title"]]


def _roll_cells(room: RoomWords, say: Say) -> list[Cell]:
    roll, last = room["roll"], room["roll"]["declared"]
    if last is None:
        return [roll["expected"], *[None] * 6, _state(room, say), "", "", ""]
    rate = last["present"] / last["expected"] if last["expected"] else None
    return [
        *(last["expected"], last["present"], last["on_leave"], last["absent"]),
        *(_percent(rate), last["late"], last["observing"]),
        _state(room, say),
        _by(room, last, say),
        _minute(last["at"]),
        "\n".join(_corrections(room, say)),
    ]


def _state(room: RoomWords, say: Say) -> str:
    """A room in which nobody learns has no roll to be called."""
    state = room["roll"]["state"]
    if not room["learners"] and state is not RollState.DECLARED:
        return ""
    return say("declared_state" if state is RollState.DECLARED else state.value)


def _corrections(room: RoomWords, say: Say) -> Iterator[str]:
    """What stood before, each with why it was changed afterwards."""
    last = room["roll"]["declared"]
    stood = [*room["roll"]["before"], *([last] if last else [])]
    for old, new in pairwise(stood):
        yield say(
            "before",
            at=_minute(old["at"]),
            by=_by(room, old, say),
            expected=old["expected"],
            present=old["present"],
            on_leave=old["on_leave"],
            why=new["why"],
        )


def _by(room: RoomWords, one: DeclaredWords, say: Say) -> str:
    if one["declared_by"] == OPERATOR:
        return say("operator")
    return room["by"][one["declared_by"]] or say("link", room=room["name"])


def _percent(rate: float | None) -> str | None:
    return None if rate is None else f"{rate:.1%}"


def _wall(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(SCHOOL_TIME)


def _minute(moment: str) -> str:
    return f"{_wall(moment):%Y-%m-%d %H:%M}"
