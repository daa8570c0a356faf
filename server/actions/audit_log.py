"""The audit log for whoever answers for a school, a district or the server."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from server.actions.acting import entry
from server.documents.tables import Cell, Table, comma_separated
from server.documents.words import Language, of_audit
from server.programme.attendance import SCHOOL_TIME
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Reach, reach
from server.store.audit import Audit
from server.store.audit_lines import MOST_SHOWN, Asked, AuditLines, Line
from server.store.database import Database

MOST_EXPORTED = 50_000
"""Lines of one file."""
PIECE = 100
"""Lines that are read at a time for a file: some milliseconds, so that no lesson waits for it."""
COLUMNS = ("at", "by", "capacity", "organisation", "done", "subject", "address", "times")


class LineWords(TypedDict):
    """A line as pages are given it."""

    id: str
    at: str
    by: str | None
    capacity: str
    """Empty of a stranger."""
    organisation: str | None
    action: str
    subject: str
    address: str
    times: int


class LogWords(TypedDict):
    """A piece of the log."""

    lines: list[LineWords]
    more: bool
    """Whether there may be older ones."""
    done: list[str]
    """What may be asked for: all that any line says was done."""


async def lines(
    database: Database, acting: Acting, asked: Asked, before: str | None = None
) -> LogWords:
    """The last of the lines asked for, older than the line `before`; newest first.

    Whoever answers for nobody is told of nothing.
    """
    log = AuditLines(database)
    found = await log.seen_by(acting, asked, before, MOST_SHOWN)
    return LogWords(
        lines=[_words(one) for one in found],
        more=len(found) == MOST_SHOWN,
        done=await log.done(),
    )


async def file(
    database: Database, acting: Acting, asked: Asked, now: datetime, language: Language
) -> bytes:
    """The lines asked for as CSV, newest first; that they were taken along is a line itself.

    Raises:
        RefusedError: they are too many, or whoever asks answers for nobody.
    """
    if reach(acting.capacity, Action.SEE_AUDIT) is Reach.NONE:
        raise RefusedError(Refusal.NOT_YOURS)
    log = AuditLines(database)
    if await log.count(acting, asked, MOST_EXPORTED + 1) > MOST_EXPORTED:
        raise RefusedError(Refusal.AUDIT_TOO_LONG, most=MOST_EXPORTED)
    await Audit(database).add(entry(acting, Action.SEE_AUDIT, now))
    found: list[Line] = []
    piece = await log.seen_by(acting, asked, None, PIECE)
    while piece:
        found += piece
        piece = await log.seen_by(acting, asked, piece[-1].id, PIECE)
    return await asyncio.to_thread(_file, found, language)


def _words(line: Line) -> LineWords:
    return LineWords(
        id=line.id,
        at=line.at.isoformat(),
        by=line.by,
        capacity=line.capacity or "",
        organisation=line.organisation,
        action=line.action,
        subject=line.subject,
        address=line.address,
        times=line.times,
    )


def _row(line: Line, language: Language) -> list[Cell]:
    return [
        f"{line.at.astimezone(SCHOOL_TIME):%Y-%m-%d %H:%M:%S}",
        of_audit(_nobody(line), language) if line.by is None else line.by,
        "" if line.capacity is None else of_audit(f"capacity.{line.capacity}", language),
        line.organisation,
        of_audit(f"do.{line.action}", language),
        *(line.subject, line.address, line.times),
    ]


def _nobody(line: Line) -> str:
    """The word for whoever has no name in the log."""
    if line.capacity is not None:
        return "operator"
    return "stranger" if line.address else "many"


def _file(found: Sequence[Line], language: Language) -> bytes:
    """A table of some lines. Blocking."""
    header = [of_audit(one, language) for one in COLUMNS]
    rows = [_row(one, language) for one in found]
    return comma_separated(Table(title=of_audit("title", language), header=header, rows=rows))
