"""What parents agreed to, as rows; nothing is overwritten."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.consent import Standing, least
from server.programme.declared_consent import DeclaredConsent, standing
from server.programme.refusal import Refusal, RefusedError
from server.store import audit
from server.store.consent_tables import ConsentRow, ExceptionRow
from server.store.database import Database
from server.store.school_tables import PupilRow
from server.store.tables import JobRow, LessonRow
from server.store.timetable_tables import LearnersRow, PlaceRow


class Consents:
    """The repository of what parents agreed to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, declared: DeclaredConsent, after: str | None, entry: audit.Entry) -> None:
        """Keep a declaration that follows the one with the id `after`.

        Raises:
            RefusedError: somebody else declared in the meantime, or an excepted pupil is none of
                the class.
        """
        group = declared.class_group
        async with self._database.transaction() as session:
            audit.write(session, entry, group)
            # A transaction that has written is alone: of two who declare the second waits and sees.
            await session.flush()
            found = await _last(session, [group])
            if (found[group].id if group in found else None) != after:
                raise RefusedError(Refusal.CONSENT_CHANGED)
            await _check_pupils(session, group, declared.excepted)
            session.add(_row(declared))
            await session.flush()
            session.add_all(
                ExceptionRow(consent=declared.id, pupil=pupil) for pupil in declared.excepted
            )
            if declared.withdrawn:
                await _have_deleted(session, declared)

    async def of(self, group: str) -> list[DeclaredConsent]:
        """All that was declared of a class, oldest first."""
        query = select(ConsentRow).where(ConsentRow.class_group == group).order_by(ConsentRow.id)
        async with self._database.transaction() as session:
            return await _declared(session, (await session.scalars(query)).all())

    async def last(self, groups: Collection[str]) -> dict[str, DeclaredConsent]:
        """What was declared last, of those of these classes of which something was."""
        async with self._database.transaction() as session:
            return await _last(session, groups)

    async def newest(self) -> str:
        """The id of the newest declaration: it changes with every one; empty before the first."""
        async with self._database.transaction() as session:
            return await session.scalar(select(func.max(ConsentRow.id))) or ""

    async def standings(self, lesson: str) -> dict[str, Standing]:
        """How far the classes in each room of a lesson have agreed, by participant.

        A room outside the timetable is not in it; learners that are no class group have agreed to
        nothing.
        """
        places = select(PlaceRow.room).where(PlaceRow.lesson == lesson)
        learners = select(LearnersRow.room, LearnersRow.class_group).where(
            LearnersRow.lesson == lesson
        )
        groups: dict[str, list[str | None]] = defaultdict(list)
        async with self._database.transaction() as session:
            rooms = list(await session.scalars(places))
            for room, group in await session.execute(learners):
                groups[room].append(group)
            known = await _last(session, {one for many in groups.values() for one in many if one})
        return {
            room: least(standing(known.get(one or "")) for one in groups[room]) for room in rooms
        }


async def _last(session: AsyncSession, groups: Collection[str]) -> dict[str, DeclaredConsent]:
    """By id the newest is the last."""
    newest = (
        select(func.max(ConsentRow.id))
        .where(ConsentRow.class_group.in_(groups))
        .group_by(ConsentRow.class_group)
    )
    rows = await session.scalars(select(ConsentRow).where(ConsentRow.id.in_(newest)))
    return {one.class_group: one for one in await _declared(session, rows.all())}


async def _have_deleted(session: AsyncSession, declared: DeclaredConsent) -> None:
    """Have what is on disk of the class deleted, lesson by lesson."""
    lessons = (
        select(LearnersRow.lesson)
        .join(LessonRow, LessonRow.id == LearnersRow.lesson)
        .where(LearnersRow.class_group == declared.class_group, LessonRow.opened.is_not(None))
        .distinct()
    )
    for lesson in list(await session.scalars(lessons)):
        row = insert(JobRow).values(
            id=f"{declared.id} {lesson}",
            kind="delete_tracks",
            lesson=lesson,
            state="waiting",
            created=declared.at,
            attempts=0,
            progress=0,
        )
        again = {"state": "waiting", "due": declared.at, "attempts": 0}
        await session.execute(row.on_conflict_do_update(("kind", "lesson"), set_=again))


async def _check_pupils(session: AsyncSession, group: str, pupils: Iterable[str]) -> None:
    named = set(pupils)
    query = select(func.count()).where(
        PupilRow.id.in_(named), PupilRow.class_group == group, PupilRow.left.is_(None)
    )
    if await session.scalar(query) != len(named):
        raise RefusedError(Refusal.CONSENT_NAMES)


def _row(declared: DeclaredConsent) -> ConsentRow:
    columns = {name: value for name, value in vars(declared).items() if name != "excepted"}
    return ConsentRow(**columns)


async def _declared(session: AsyncSession, rows: Sequence[ConsentRow]) -> list[DeclaredConsent]:
    """What some rows say, in the same order; the excepted of all of them are asked for at once."""
    query = select(ExceptionRow.consent, ExceptionRow.pupil).where(
        ExceptionRow.consent.in_([row.id for row in rows])
    )
    excepted: dict[str, set[str]] = defaultdict(set)
    for consent, pupil in await session.execute(query):
        excepted[consent].add(pupil)
    return [_read(row, frozenset(excepted[row.id])) for row in rows]


def _read(row: ConsentRow, excepted: frozenset[str]) -> DeclaredConsent:
    return DeclaredConsent(
        id=row.id,
        class_group=row.class_group,
        at=row.at,
        declared_by=row.declared_by,
        signed_on=row.signed_on,
        exceptions=row.exceptions,
        excepted=excepted,
        form=row.form,
        withdrawn=row.withdrawn,
        why=row.why,
    )
