"""Certificates of what was deleted, as rows: only ever added to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.rights import Acting, Action
from server.store.consent_tables import CertificateRow
from server.store.database import Database
from server.store.recordings import within
from server.store.tables import LessonRow
from server.store.timetable_tables import LearnersRow

MOST_SHOWN = 1000
"""Certificates of a list."""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """All that is left of what was deleted."""

    id: str
    """Random; sorts by time."""
    at: datetime
    """When."""
    lesson: str
    """Of which lesson."""
    reason: str
    """Why; a word of `signaling/locale`."""
    files: int
    """How many files."""
    octets: int
    """How much, in bytes."""
    digest: str
    """SHA-256 of the names and bytes of all of them, in hex."""
    learners: str
    """The classes that were in it, by name; nobody's own name."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A certificate and the lesson it is of."""

    certificate: Certificate
    """Which."""
    title: str
    """Of the lesson."""
    opened: datetime
    """When the lesson began."""


class Certificates:
    """The repository of certificates."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, certificate: Certificate) -> None:
        """Keep one."""
        async with self._database.transaction() as session:
            put(session, certificate)

    async def has(self, certificate: str) -> bool:
        """Whether one of this id is kept."""
        async with self._database.transaction() as session:
            return await session.get(CertificateRow, certificate) is not None

    async def of(self, lesson: str) -> list[Certificate]:
        """Those of a lesson, oldest first."""
        query = (
            select(CertificateRow)
            .where(CertificateRow.lesson == lesson)
            .order_by(CertificateRow.id)
        )
        async with self._database.transaction() as session:
            return [_read(row) for row in await session.scalars(query)]

    async def seen_by(self, acting: Acting) -> list[Shown]:
        """The newest of lessons within reach, the newest first."""
        query = (
            select(CertificateRow, LessonRow.title, LessonRow.opened)
            .join(LessonRow, LessonRow.id == CertificateRow.lesson)
            .where(LessonRow.opened.is_not(None), within(acting, Action.SEE_CERTIFICATES))
            .order_by(CertificateRow.id.desc())
            .limit(MOST_SHOWN)
        )
        async with self._database.transaction() as session:
            return [
                Shown(certificate=_read(row), title=title, opened=opened)
                for row, title, opened in await session.execute(query)
                if opened is not None
            ]

    async def learners(self, lesson: str, rooms: Collection[str] | None = None) -> str:
        """What the classes of a lesson, or of some of its rooms, are called."""
        query = select(LearnersRow.name).where(LearnersRow.lesson == lesson)
        if rooms is not None:
            query = query.where(LearnersRow.room.in_(rooms))
        ordered = query.order_by(LearnersRow.room, LearnersRow.position)
        async with self._database.transaction() as session:
            return "、".join(dict.fromkeys(await session.scalars(ordered)))


def put(session: AsyncSession, certificate: Certificate) -> None:
    """Keep one in the transaction that decided it."""
    session.add(CertificateRow(**vars(certificate)))


async def hold(session: AsyncSession, lesson: str) -> None:
    """Let nobody keep one, or anything else, until the transaction is over.

    SQLite makes it wait for the others at the first write, not at the first look.
    """
    nothing = update(LessonRow).where(LessonRow.id == lesson).values(title=LessonRow.title)
    await session.execute(nothing.execution_options(synchronize_session=False))


async def is_there(session: AsyncSession, lesson: str, reason: str) -> bool:
    """Whether there is one of a lesson for this reason."""
    found = exists().where(CertificateRow.lesson == lesson, CertificateRow.reason == reason)
    return bool(await session.scalar(select(found)))


def _read(row: CertificateRow) -> Certificate:
    return Certificate(
        id=row.id,
        at=row.at,
        lesson=row.lesson,
        reason=row.reason,
        files=row.files,
        octets=row.octets,
        digest=row.digest,
        learners=row.learners,
    )
