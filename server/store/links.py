"""Link budgets of schools and the steps of their receivers as rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Result, case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.link import LinkBudget, Origin, RecentLessons, SchoolStep
from server.programme.organisation import OFFICES, Organisation
from server.programme.rights import Acting, Action
from server.store import audit
from server.store.bounds import within
from server.store.database import Database
from server.store.link_tables import LinkBudgetRow, LinkStepRow
from server.store.organisations import read as read_organisation
from server.store.tables import OrganisationRow
from server.store.timetable_tables import PlaceRow
from signaling.events import LinkReason, LinkStep

KEPT: Final = timedelta(days=90)
"""How long steps are kept."""
MOST: Final = 20_000
"""Steps kept of one school; the oldest are deleted."""


class Links:
    """The repository of the lines of schools."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def budget(self, school: str) -> LinkBudget | None:
        """What the line of a school may be used for, if that is known."""
        async with self._database.transaction() as session:
            row = await session.get(LinkBudgetRow, school)
            return None if row is None else _budget(row)

    async def keep(self, school: str, budget: LinkBudget, entry: audit.Entry) -> None:
        """Keep another budget of a school."""
        async with self._database.transaction() as session:
            await session.merge(LinkBudgetRow(organisation=school, **vars(budget)))
            audit.write(session, entry, school)

    async def newest(self) -> datetime | None:
        """When a budget was last changed, if ever."""
        query = select(LinkBudgetRow.at).order_by(LinkBudgetRow.at.desc()).limit(1)
        async with self._database.transaction() as session:
            return await session.scalar(query)

    async def of_lesson(self, lesson: str) -> Mapping[str, LinkBudget]:
        """The budgets of the rooms of a lesson, by the participant that each is."""
        query = (
            select(PlaceRow.room, LinkBudgetRow)
            .join(LinkBudgetRow, LinkBudgetRow.organisation == PlaceRow.organisation)
            .where(PlaceRow.lesson == lesson)
        )
        async with self._database.transaction() as session:
            return {who: _budget(row) for who, row in await session.execute(query)}

    async def seen_by(self, acting: Acting) -> list[tuple[Organisation, LinkBudget | None]]:
        """The schools whose equipment somebody may see, by region and name."""
        query = (
            select(OrganisationRow, LinkBudgetRow)
            .outerjoin(LinkBudgetRow, LinkBudgetRow.organisation == OrganisationRow.id)
            .where(within(acting, Action.SEE_DEVICES), OrganisationRow.kind.not_in(OFFICES))
            .order_by(OrganisationRow.region, OrganisationRow.name)
        )
        async with self._database.transaction() as session:
            found: Result[OrganisationRow, LinkBudgetRow | None]
            found = await session.execute(query)
            return [
                (read_organisation(school), None if row is None else _budget(row))
                for school, row in found
            ]

    async def recent(self, acting: Acting, since: datetime) -> Mapping[str, RecentLessons]:
        """How lessons went since then, by the school; those without any are not in it."""
        fell, low = (_lesson_with(*steps) for steps in (_STILLS, _WEAK))
        query = (
            select(
                *(LinkStepRow.organisation, func.count(LinkStepRow.lesson.distinct())),
                *(func.count(fell.distinct()), func.count(low.distinct())),
                func.coalesce(_last_with(*_STILLS), _last_with(*_WEAK)),
            )
            .join(OrganisationRow, OrganisationRow.id == LinkStepRow.organisation)
            .where(within(acting, Action.SEE_DEVICES), LinkStepRow.at >= since)
            .group_by(LinkStepRow.organisation)
        )
        async with self._database.transaction() as session:
            return {
                school: RecentLessons(lessons=lessons, stills=stills, low=weaker, last=last)
                for school, lessons, stills, weaker, last in await session.execute(query)
            }

    async def note(self, steps: Iterable[SchoolStep]) -> None:
        """Keep steps, and delete what is too old or too much of their schools."""
        noted = list(steps)
        async with self._database.transaction() as session:
            session.add_all(_row(step) for step in noted)
            await session.flush()
            for school in {step.school for step in noted}:
                newest = max(step.at for step in noted if step.school == school)
                await _shorten(session, school, newest - KEPT)

    async def steps(self, school: str, since: datetime) -> list[SchoolStep]:
        """The steps of a school since then, oldest first, and the last one before."""
        of = LinkStepRow.organisation == school
        before = (
            select(LinkStepRow)
            .where(of, LinkStepRow.at < since)
            .order_by(LinkStepRow.at.desc(), LinkStepRow.id.desc())
            .limit(1)
        )
        after = (
            select(LinkStepRow)
            .where(of, LinkStepRow.at >= since)
            .order_by(LinkStepRow.at, LinkStepRow.id)
        )
        async with self._database.transaction() as session:
            found = [*await session.scalars(before), *await session.scalars(after)]
            return [_step(row) for row in found]


_STILLS: Final = (LinkStep.STILLS,)
_WEAK: Final = (LinkStep.STILLS, LinkStep.LOW)


def _is_one_of(*steps: LinkStep) -> ColumnElement[bool]:
    """Whether a row is one of these steps, for want of a better line."""
    return LinkStepRow.step.in_(steps) & (LinkStepRow.reason != LinkReason.ENOUGH)


def _lesson_with(*steps: LinkStep) -> ColumnElement[str | None]:
    return case((_is_one_of(*steps), LinkStepRow.lesson))


def _last_with(*steps: LinkStep) -> ColumnElement[datetime | None]:
    return func.max(case((_is_one_of(*steps), LinkStepRow.at)))


async def _shorten(session: AsyncSession, school: str, old: datetime) -> None:
    of = LinkStepRow.organisation == school
    await session.execute(delete(LinkStepRow).where(of, LinkStepRow.at < old))
    count = await session.scalar(select(func.count()).where(of)) or 0
    if count > MOST:
        first = select(LinkStepRow.id).where(of).order_by(LinkStepRow.at).limit(count - MOST)
        await session.execute(delete(LinkStepRow).where(LinkStepRow.id.in_(first)))


def _budget(row: LinkBudgetRow) -> LinkBudget:
    return LinkBudget(
        down_kbps=row.down_kbps, up_kbps=row.up_kbps, origin=Origin(row.origin), at=row.at
    )


def _row(step: SchoolStep) -> LinkStepRow:
    return LinkStepRow(
        id=step.id,
        organisation=step.school,
        lesson=step.lesson,
        at=step.at,
        step=step.step,
        reason=step.reason,
        available_kbps=step.available_kbps,
    )


def _step(row: LinkStepRow) -> SchoolStep:
    return SchoolStep(
        id=row.id,
        school=row.organisation,
        lesson=row.lesson,
        at=row.at,
        step=LinkStep(row.step),
        reason=LinkReason(row.reason),
        available_kbps=row.available_kbps,
    )
