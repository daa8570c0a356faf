"""What was worked out from journals; each row says from which journal and by which rule."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from server.store.database import Database
from server.store.tables import DerivedRow


@dataclass(frozen=True, kw_only=True)
class Derived:
    """One derived thing of a lesson."""

    lesson: str
    """Which lesson."""
    kind: str
    """What it is: `presence`."""
    journal_head: str
    """Head hash of the journal it was made from."""
    rule: int
    """Version of the rule it was made by."""
    body: str
    """JSON."""


class DerivedRows:
    """The repository of what may be dropped and made again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, derived: Derived, now: datetime) -> None:
        """Keep it in place of what stood there."""
        values = {
            "journal_head": derived.journal_head,
            "rule": derived.rule,
            "body": derived.body,
            "made": now,
        }
        row = insert(DerivedRow).values(lesson=derived.lesson, kind=derived.kind, **values)
        async with self._database.transaction() as session:
            await session.execute(
                row.on_conflict_do_update(index_elements=["lesson", "kind"], set_=values)
            )

    async def find(self, lesson: str, kind: str) -> Derived | None:
        """What was worked out last."""
        query = select(DerivedRow).where(DerivedRow.lesson == lesson, DerivedRow.kind == kind)
        async with self._database.transaction() as session:
            row = await session.scalar(query)
        if row is None:
            return None
        return Derived(
            lesson=row.lesson,
            kind=row.kind,
            journal_head=row.journal_head,
            rule=row.rule,
            body=row.body,
        )
