"""The audit log for whoever answers for a school, a district or the server."""

from datetime import datetime
from typing import TypedDict

from server.programme.rights import Acting
from server.store.audit_lines import MOST_SHOWN, AuditLines, Line
from server.store.database import Database


class LineWords(TypedDict):
    """A line as pages are given it."""

    id: str
    at: str
    by: str | None
    capacity: str
    organisation: str | None
    action: str
    subject: str


class LogWords(TypedDict):
    """A piece of the log."""

    lines: list[LineWords]
    more: bool
    """Whether there may be older ones."""


async def lines(
    database: Database, acting: Acting, until: datetime, before: str | None
) -> LogWords:
    """The last lines up to a time, and older than the line `before`; newest first.

    Whoever answers for nobody is told of nothing.
    """
    found = await AuditLines(database).seen_by(acting, until, before)
    return LogWords(lines=[_words(one) for one in found], more=len(found) == MOST_SHOWN)


def _words(line: Line) -> LineWords:
    return LineWords(
        id=line.id,
        at=line.at.isoformat(),
        by=line.by,
        capacity=line.capacity,
        organisation=line.organisation,
        action=line.action,
        subject=line.subject,
    )
