"""Certificates of what was deleted, as rows: only ever added to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from server.store.consent_tables import CertificateRow
from server.store.database import Database


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


class Certificates:
    """The repository of certificates."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, certificate: Certificate) -> None:
        """Keep one."""
        async with self._database.transaction() as session:
            session.add(CertificateRow(**vars(certificate)))

    async def of(self, lesson: str) -> list[Certificate]:
        """Those of a lesson, oldest first."""
        query = (
            select(CertificateRow)
            .where(CertificateRow.lesson == lesson)
            .order_by(CertificateRow.id)
        )
        async with self._database.transaction() as session:
            return [_read(row) for row in await session.scalars(query)]


def _read(row: CertificateRow) -> Certificate:
    return Certificate(
        id=row.id,
        at=row.at,
        lesson=row.lesson,
        reason=row.reason,
        files=row.files,
        octets=row.octets,
        digest=row.digest,
    )
