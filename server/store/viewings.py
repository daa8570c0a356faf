"""Who watched which recording from which second to which, as rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.certificates import hold, is_there
from server.store.database import Database
from server.store.retention import RECORDS
from server.store.review_tables import StretchRow, ViewingRow
from server.store.tables import AccountRow

MOST_STRETCHES = 500
"""Of one sitting; what is watched after so many jumps makes the last one longer."""
NEAR_S = 2.0
"""A stretch that begins so close to the end of the last one goes on with it."""


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who watches."""

    person: str | None
    """The account; none for the holder of a link."""
    role: str
    """In what capacity, or the link's role."""
    link: str = ""
    """What the holder of a link is called, if anything."""


@dataclass(frozen=True, kw_only=True)
class Viewing:
    """One sitting."""

    name: str
    """Who."""
    role: str
    """In what capacity, or the link's role."""
    began: datetime
    """When."""
    last: datetime
    """When something was heard of it last."""
    stretches: tuple[tuple[float, float], ...]
    """From which second to which, in lesson time."""


class Viewings:
    """The repository of viewings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, sitting: str, lesson: str, viewer: Viewer, now: datetime) -> None:
        """Somebody opened a recording; not noted where even the records are deleted already."""
        async with self._database.transaction() as session:
            await hold(session, lesson)
            if await is_there(session, lesson, RECORDS):
                return
            session.add(ViewingRow(id=sitting, lesson=lesson, began=now, last=now, **vars(viewer)))

    async def watched(
        self, sitting: str, lesson: str, start: float, stop: float, now: datetime
    ) -> bool:
        """A stretch was watched; false if no such sitting was begun before this lesson."""
        last = (
            select(StretchRow).where(StretchRow.viewing == sitting).order_by(StretchRow.id.desc())
        )
        count = select(func.count()).where(StretchRow.viewing == sitting)
        async with self._database.transaction() as session:
            if not await _touch(session, sitting, lesson, now):
                return False
            row = await session.scalar(last.limit(1))
            follows = row is not None and row.start <= start <= row.stop + NEAR_S
            if row is not None and (
                follows or (await session.scalar(count) or 0) >= MOST_STRETCHES
            ):
                row.stop = max(row.stop, stop)
            else:
                session.add(StretchRow(viewing=sitting, start=start, stop=stop))
        return True

    async def goes_on(self, sitting: str, lesson: str, now: datetime) -> bool:
        """A sitting before this lesson goes on; false if there is none."""
        async with self._database.transaction() as session:
            return await _touch(session, sitting, lesson, now)

    async def of(self, lesson: str, limit: int) -> list[Viewing]:
        """The sittings before a lesson's recording, the newest first."""
        query = (
            select(ViewingRow, AccountRow.name)
            .outerjoin(AccountRow, AccountRow.id == ViewingRow.person)
            .where(ViewingRow.lesson == lesson)
            .order_by(ViewingRow.id.desc())
            .limit(limit)
        )
        async with self._database.transaction() as session:
            rows = (await session.execute(query)).all()
            ids = [row.id for row, _ in rows]
            found = await session.scalars(
                select(StretchRow).where(StretchRow.viewing.in_(ids)).order_by(StretchRow.id)
            )
            stretches: dict[str, list[tuple[float, float]]] = {}
            for one in found:
                stretches.setdefault(one.viewing, []).append((one.start, one.stop))
        return [
            Viewing(
                name=name or row.link,
                role=row.role,
                began=row.began,
                last=row.last,
                stretches=tuple(stretches.get(row.id, ())),
            )
            for row, name in rows
        ]


async def _touch(session: AsyncSession, sitting: str, lesson: str, now: datetime) -> bool:
    query = (
        update(ViewingRow)
        .where(ViewingRow.id == sitting, ViewingRow.lesson == lesson)
        .values(last=now)
        .returning(ViewingRow.id)
    )
    return (await session.execute(query)).first() is not None
