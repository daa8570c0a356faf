"""The grades of a school rise, as rows: all of it in one transaction or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.class_group import ClassGroup, Closing
from server.programme.raising import Raising, Step
from server.store import audit, class_lessons
from server.store.class_groups import check_no_lessons, of_schools
from server.store.database import Database
from server.store.school_tables import ClassGroupRow


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The classes of a school before they rise."""

    groups: Sequence[ClassGroup]
    """Those that are open."""
    lessons: dict[str, int]
    """How many lessons of each are still to come, by its id."""
    last: datetime | None
    """When grades rose last; none if they never did."""


Decide = Callable[[Standing], Raising]
"""Says what becomes of the classes; raises `RefusedError` if it can't be."""


class Raisings:
    """The repository of schools whose grades rise."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self, school: str, now: datetime) -> Standing:
        """How a school stands."""
        async with self._database.transaction() as session:
            return await _standing(session, school, now)

    async def apply(self, school: str, decide: Decide, entry: audit.Entry) -> Raising:
        """Let the classes of a school rise as `decide` says.

        Raises:
            RefusedError: it says so, or lessons of a class that graduates are still to come;
                nothing is changed.
        """
        async with self._database.transaction() as session:
            audit.write(session, entry, school)
            # A transaction that has written is alone: nobody makes or closes a class under us.
            await session.flush()
            decided = decide(await _standing(session, school, entry.at))
            await check_no_lessons(session, decided.graduates, entry.at)
            for step in decided.steps:
                await _take(session, step, entry.at)
        return decided


async def _standing(session: AsyncSession, school: str, now: datetime) -> Standing:
    groups = [one for one in await of_schools(session, [school]) if one.closed is None]
    last = select(func.max(ClassGroupRow.risen)).where(ClassGroupRow.organisation == school)
    return Standing(
        groups=groups,
        lessons=await class_lessons.to_come(session, [one.id for one in groups], now),
        last=await session.scalar(last),
    )


async def _take(session: AsyncSession, step: Step, now: datetime) -> None:
    row = update(ClassGroupRow).where(ClassGroupRow.id == step.group.id)
    if step.name is None:
        closed = {"closed": now, "closed_how": Closing.GRADUATED.value}
        await session.execute(row.values(risen=now, **closed))
        return
    await session.execute(row.values(risen=now, grade=step.name.grade, number=step.name.number))
    await class_lessons.rename(session, step.group.id, step.name, now)
