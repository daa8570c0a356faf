"""Who and how many belong to each room of a lesson, kept as it was when the lesson began."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import literal, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.class_group import Keeping
from server.store import class_groups
from server.store.mark_tables import ExpectedPupilRow
from server.store.school_tables import ClassGroupRow, PupilRow
from server.store.timetable_tables import ExpectedRow, LearnersRow


async def keep(session: AsyncSession, lesson: str, now: datetime) -> None:
    """Count those who belong to each room of a lesson; what was counted once stays.

    A room with a class that is not there any more is left out: nobody knows how many it has.
    Where all of them are whole classes kept by roster, it is kept who they are too.
    """
    rows = (await session.scalars(select(LearnersRow).where(LearnersRow.lesson == lesson))).all()
    counted = await class_groups.expected(session, [one.class_group or "" for one in rows])
    for room in {one.room for one in rows}:
        numbers = [_number(one, counted) for one in rows if one.room == room]
        known = [number for number in numbers if number is not None]
        if len(known) == len(numbers):
            added = await session.execute(
                insert(ExpectedRow)
                .values(room=room, number=sum(known), at=now)
                .on_conflict_do_nothing()
                .returning(ExpectedRow.room)
            )
            if added.scalar_one_or_none() is not None:
                await _keep_pupils(session, room, [one for one in rows if one.room == room])


async def of(session: AsyncSession, rooms: Sequence[str]) -> dict[str, int]:
    """How many were expected, by room; nothing for a room that nobody counted."""
    query = select(ExpectedRow.room, ExpectedRow.number).where(ExpectedRow.room.in_(rooms))
    return {row.room: row.number for row in await session.execute(query)}


async def _keep_pupils(session: AsyncSession, room: str, learners: Sequence[LearnersRow]) -> None:
    groups = {one.class_group or "" for one in learners}
    roster = select(ClassGroupRow.id).where(
        ClassGroupRow.id.in_(groups), ClassGroupRow.keeping == Keeping.ROSTER.value
    )
    by_roster = set(await session.scalars(roster))
    # Of a part of a class it is told how many belong to it, but not who.
    if by_roster != groups or any(one.number is not None for one in learners):
        return
    pupils = select(literal(room), PupilRow.id).where(
        PupilRow.class_group.in_(groups), PupilRow.left.is_(None)
    )
    await session.execute(insert(ExpectedPupilRow).from_select(["room", "pupil"], pupils))


def _number(row: LearnersRow, counted: dict[str, int]) -> int | None:
    """What was told of these learners, or how many the whole class has."""
    return row.number if row.number is not None else counted.get(row.class_group or "")
