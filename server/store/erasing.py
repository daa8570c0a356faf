"""Names of pupils are erased for good, wherever they stand; what counts them stays without."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.consent_tables import ExceptionRow
from server.store.mark_tables import ExpectedPupilRow, MarkRow
from server.store.pupil_tables import KnownPupilRow
from server.store.school_tables import PupilRow
from server.store.tables import PersonRow


async def erase(session: AsyncSession, whose: ColumnElement[bool], now: datetime) -> list[str]:
    """Erase the names of pupils, those that they typed at home too; the ids of those who had one.

    Whoever no lesson and no consent counts is deleted outright.
    """
    named = (PupilRow.name != "") & whose
    gone = list(await session.scalars(select(PupilRow.id).where(named)))
    joined = select(KnownPupilRow.participant).where(
        KnownPupilRow.pupil.in_(select(PupilRow.id).where(named))
    )
    # Synchronizing would read back every row that goes.
    for work in (
        delete(PersonRow).where(PersonRow.participant.in_(joined)),
        delete(PupilRow).where(named, ~_is_counted()),
        update(PupilRow)
        .where(named)
        .values(name="", number_hash=None, left=func.coalesce(PupilRow.left, now)),
    ):
        await session.execute(work.execution_options(synchronize_session=False))
    return gone


def _is_counted() -> ColumnElement[bool]:
    """Whether a lesson or a consent refers to a pupil."""
    tables = (ExpectedPupilRow, MarkRow, ExceptionRow, KnownPupilRow)
    return or_(*(exists().where(one.pupil == PupilRow.id) for one in tables))
